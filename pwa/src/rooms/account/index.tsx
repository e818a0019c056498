import { Me } from "./me";
import { SignIn } from "./sign-in";
import "./account.css";

/** Who one is here. */
export default function Account({ pattern }: { pattern: string }) {
  return pattern === "/sign-in" ? <SignIn /> : <Me />;
}
