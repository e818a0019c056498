import type { ComponentChildren } from "preact";
import { SyncLine } from "../../../app/sync-line";
import { Banner, LinkButton, Skeleton, TopBar } from "../../../ui";
import { notKept } from "./answering";
import { useWalk, type Walk } from "./useWalk";
import "../questions/questions.css";
import "./walk.css";

interface FrameProps {
  id: string;
  /** The audit's own title where it is left out. */
  title?: string | ((walk: Walk) => string);
  /** Back to the hub where it is left out. */
  back?: string;
  children: (walk: Walk) => ComponentChildren;
}

/** What every screen of one audit stands in: its head, and words for an audit that is not here. */
export function WalkFrame({ id, title, back, children }: FrameProps) {
  const { walk, state } = useWalk(id);
  const to = back ?? `/audits/${id}`;
  return (
    <>
      <TopBar
        title={titleOf(walk, title)}
        back={to}
        backLabel={back ? "Back to the audits" : "Back to the walk"}
        status={<SyncLine />}
      />
      {notKept.value && (
        <div class="walk-trouble">
          <Banner kind="late" live="alert" title="It was not kept">
            <p>{notKept.value}</p>
          </Banner>
        </div>
      )}
      {walk ? children(walk) : <NotHere state={state} />}
    </>
  );
}

function titleOf(walk: Walk | null, title: FrameProps["title"]): string {
  if (typeof title === "string") return title;
  if (!walk) return "Audit";
  return title ? title(walk) : walk.audit.title || "Audit";
}

function NotHere({ state }: { state: "reading" | "offline" | "gone" | "here" }) {
  return (
    <div class="page">
      {state === "offline" && (
        <Banner kind="offline" title="This audit is not on this phone" live="status">
          <p>It comes where there is signal. Audits that you lead or walk are kept here by themselves.</p>
        </Banner>
      )}
      {state === "gone" && (
        <Banner kind="risk" title="There is no such audit, or it is not one that you see" live="status" />
      )}
      {state === "reading" ? (
        <Skeleton rows={3} words="Opening the audit" />
      ) : (
        <LinkButton kind="primary" large href="/audits">
          All audits
        </LinkButton>
      )}
    </div>
  );
}
