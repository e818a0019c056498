import "../ui/tokens.css";
import "../ui/ui.css";
import "../ui/frame.css";
import "./app.css";
import { render } from "preact";
import { watchInstall } from "../device/install";
import { closePhoto, openPhoto, startSync } from "../sync";
import { setLocalPhotos } from "../ui";
import { startRouter } from "./router";
import { Shell } from "./shell";

const root = document.getElementById("app");
if (!root) throw new Error("index.html has no place for the app");
watchInstall();
setLocalPhotos({ open: openPhoto, close: closePhoto });
startRouter();
render(<Shell />, root);
void startSync();

if ("serviceWorker" in navigator && import.meta.env.PROD) {
  addEventListener("load", () => {
    void navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).then((registration) => {
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
      });
    });
  });
}
