import "./result.css";
import { useAsk } from "../../../api/useAsk";
import { Stale } from "../../../app/stale";
import { Banner, Card, Chip, counted, exactTime, Fact, LinkButton, Section, TopBar } from "../../../ui";
import { SectionResults } from "./SectionResults";
import { Signing } from "./Signing";
import type { AuditResult } from "./shapes";
import { changeStatus, gradeStatus, percentInWords } from "./words";

/** What an audit comes to, with the arithmetic; and where somebody puts their name to it. */
export default function ResultScreen({ id }: { id: string | null }) {
  const asked = useAsk<AuditResult>(id ? `/api/audits/${id}/result` : null);
  const result = asked.data;
  return (
    <>
      <TopBar
        title="Result"
        back={`/audits/${id}`}
        backLabel="Back to the audit"
        status={result && <span>{[result.audit.number, result.area?.name].filter(Boolean).join(" · ")}</span>}
      />
      <div class="page result">
        <Stale asked={asked} what="The result" />
        {result && (
          <>
            <Verdict result={result} />
            <Signing result={result} again={asked.again} />
            <SectionResults result={result} />
            <Found result={result} />
            <Onward id={result.audit.id} />
          </>
        )}
      </div>
    </>
  );
}

function Verdict({ result }: { result: AuditResult }) {
  const grade = gradeStatus(result.overall.grade);
  return (
    <Card class="verdict">
      <p class="verdict-grade">
        <Chip status={grade} />
        <span class="verdict-percent tabular">{percentInWords(result.overall.percent)}</span>
      </p>
      <ul class="verdict-because">
        {result.overall.because.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {result.compared ? (
        <div class="verdict-compared">
          <Chip status={changeStatus(result.compared.change)} />
          <ul>
            {result.compared.words.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
          <a href={`/audits/compare?left=${result.compared.audit.id}&right=${result.audit.id}`}>
            See both beside each other
          </a>
        </div>
      ) : (
        <p class="quiet-text">There is no earlier audit of this area with this checklist to compare with.</p>
      )}
    </Card>
  );
}

function Found({ result }: { result: AuditResult }) {
  const { raised, fixed } = result.defects;
  const transects = Object.entries(result.transects);
  return (
    <Section title="Also found">
      <dl class="facts">
        <Fact label="Defects reported">
          {counted(raised, "defect")}, {fixed} put right
        </Fact>
        <Fact label="Defect points">
          {result.defect_points.points} (band {result.defect_points.band}): critical 8 each, high 4, medium 2, low 1
        </Fact>
        {transects.map(([code, one]) => (
          <Fact key={code} label={one.label}>
            {one.words}
          </Fact>
        ))}
        {result.hotspots.length > 0 && (
          <Fact label="Declared hotspots here">{result.hotspots.map((spot) => spot.name).join(", ")}</Fact>
        )}
        <Fact label="Checklist">{result.checklist}</Fact>
        <Fact label="Walked">
          {exactTime(result.started_at)}, led by {result.led_by.name}
        </Fact>
      </dl>
      {result.photos_missing > 0 && (
        <Banner kind="info" title={`${counted(result.photos_missing, "photo")} still on a phone`}>
          <p>They come when it has signal. A report that is made before shows the others.</p>
        </Banner>
      )}
    </Section>
  );
}

function Onward({ id }: { id: string }) {
  return (
    <div class="result-onward">
      <LinkButton icon="reports" href={`/audits/${id}/report`}>
        Report
      </LinkButton>
      <LinkButton icon="list" href={`/audits/${id}/plan`}>
        Action plan
      </LinkButton>
    </div>
  );
}
