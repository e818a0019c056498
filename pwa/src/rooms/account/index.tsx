import { Me } from "./me";
import { SignIn } from "./sign-in";
import { Unlock } from "./unlock";
import "./account.css";

/** Who one is here. */
export default function Account({ pattern }: { pattern: string }) {
  if (pattern === "/unlock") return <Unlock />;
  return pattern === "/sign-in" ? <SignIn /> : <Me />;
}
