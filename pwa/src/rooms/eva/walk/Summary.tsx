import { Banner, Card, exactTime, Icon, type IconName, LinkButton } from "../../../ui";
import type { Walk } from "./useWalk";
import { CoverageLine } from "./WithSignal";

/** After the walk: where its result, plan and report are. */
export function Summary({ walk, inside = false }: { walk: Walk; inside?: boolean }) {
  const { audit } = walk;
  const to = `/audits/${audit.id}`;
  const rows: { href: string; icon: IconName; words: string; aside: string }[] = [
    { href: `${to}/result`, icon: "check", words: "Result", aside: "Grades with their arithmetic, sign-off" },
    { href: `${to}/plan`, icon: "list", words: "Action plan", aside: "Who does what by when" },
    { href: `${to}/report`, icon: "reports", words: "Report", aside: "For the partnership and for residents" },
  ];
  const body = (
    <>
      {audit.signed ? (
        <Banner kind="good" title={`Signed off by ${audit.signed.by.name}`}>
          <p>
            {exactTime(audit.signed.at)}
            {audit.revisit_due_on && ` · Re-visit due on ${audit.revisit_due_on}`}
          </p>
        </Banner>
      ) : audit.state === "abandoned" ? (
        <Banner kind="offline" title="This audit was given up">
          {audit.notes
            ?.filter((one) => one.kind === "abandoned")
            .map((one) => (
              <p key={one.at}>{one.text}</p>
            ))}
        </Banner>
      ) : (
        <>
          <p>The walk is finished. Answers can still be put right until the result is signed off.</p>
          <LinkButton kind="primary" large icon="check" href={`${to}/result`}>
            Look at the result
          </LinkButton>
        </>
      )}
      <CoverageLine walk={walk} />
      <ul class="walk-rows">
        {rows.map((row) => (
          <li key={row.href}>
            <a class="walk-row" href={row.href}>
              <Icon name={row.icon} />
              <span class="walk-row-words">
                <strong>{row.words}</strong>
                <span class="quiet-text small-text">{row.aside}</span>
              </span>
              <Icon name="forward" />
            </a>
          </li>
        ))}
      </ul>
    </>
  );
  return inside ? <Card>{body}</Card> : <div class="page walk">{body}</div>;
}
