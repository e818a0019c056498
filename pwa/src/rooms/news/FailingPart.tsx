import type { NewsFailing } from "../../api/types";
import { useAsk } from "../../api/useAsk";
import { serverNow } from "../../sync";
import { agoInWords, Section, Tag, useNow } from "../../ui";

const WAY = { in_app: "Sightline", push: "Notifications", email: "E-mail" };

/** For managers and administrators: whom of their people messages do not reach. */
export function FailingPart() {
  const asked = useAsk<{ results: NewsFailing[] }>("/api/news/failing", 60_000);
  const now = useNow(serverNow);
  const rows = asked.data?.results ?? [];
  return (
    <Section title="Whom messages do not reach">
      {asked.data && rows.length === 0 && <p class="quiet-text">Everybody of yours is reached.</p>}
      <ul class="hear-phones">
        {rows.map((row) => (
          <li key={`${row.person.id} ${row.channel}`}>
            <span class="hear-phone">
              <strong>{`${row.person.name}, ${row.organisation}`}</strong>
              <span>{row.words}</span>
              <span class="quiet-text small-text">
                {`Last tried ${agoInWords(row.since, now)}.`}
                {row.given_up > 0 &&
                  ` ${row.given_up === 1 ? "1 message was" : `${row.given_up} messages were`} given up.`}
              </span>
            </span>
            <Tag tone="late" icon={row.channel === "email" ? "external" : "phone"}>
              {WAY[row.channel]}
            </Tag>
          </li>
        ))}
      </ul>
    </Section>
  );
}
