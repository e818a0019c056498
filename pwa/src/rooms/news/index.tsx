import "./news.css";
import { HearScreen } from "./HearScreen";
import { NewsScreen } from "./NewsScreen";

/** What one was told, and what one wants to be told. */
export default function NewsRoom({ pattern }: { pattern: string }) {
  return pattern === "/me/news" ? <HearScreen /> : <NewsScreen />;
}
