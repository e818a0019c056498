import { useState } from "preact/hooks";
import { categories, type JobView, serverNow } from "../../sync";
import { Banner, Button, Card, Icon, LinkButton, Photo, Section } from "../../ui";
import { Clockwork, jobPhoto, jobTitle } from "./JobCard";
import { leave } from "./left";
import { awayInWords, councilMidnight, directionsTo } from "./place";

/** The one thing to do now: the job that was begun, or the first of the order. */
export function NextJob({ job, away_m, now }: { job: JobView; away_m: number | null | undefined; now: Date }) {
  const begun = job.status === "in_progress";
  const photo = jobPhoto(job, "before");
  const where = job.street_text || job.ward?.name || "Place on the map";
  return (
    <Section title={begun ? "You are on" : "Next"}>
      <Card class="next-job" tone={begun ? "busy" : "plain"}>
        {job.hazard && (
          <p class="job-hazard">
            <Icon name="hazard" /> <span>{job.hazard}</span>
          </p>
        )}
        <div class="job-card-row">
          <Photo src={photo?.thumbnail} state={photo?.state} alt="" icon={categories.value.get(job.category)?.icon} />
          <div class="job-card-words">
            <p class="job-card-title">{jobTitle(job)}</p>
            <p>
              {where}
              {away_m !== null && away_m !== undefined && !begun && `, ${awayInWords(away_m)}`}
            </p>
            <Clockwork job={job} now={now} />
          </div>
        </div>
        {job.access_note && (
          <p class="job-access">
            <Icon name="lock" /> <span>{job.access_note}</span>
          </p>
        )}
        {begun ? (
          <LinkButton kind="primary" large icon="camera" href={`/jobs/${job.id}/close`}>
            Take the after photo
          </LinkButton>
        ) : (
          <LinkButton kind="primary" large icon="forward" href={`/jobs/${job.id}`}>
            Open this job
          </LinkButton>
        )}
        <div class="pair">
          {begun ? (
            <LinkButton icon="forward" href={`/jobs/${job.id}`} wide>
              Open the job
            </LinkButton>
          ) : (
            <LinkButton href={directionsTo(job.place, where, navigator.userAgent)} icon="directions" outside wide>
              Directions
            </LinkButton>
          )}
          {!begun && <LeaveForLater job={job} />}
        </div>
      </Card>
    </Section>
  );
}

/** Moves the job to the end of today on this phone; its due time and its place with the desk stay. */
export function LeaveForLater({ job, left = false }: { job: JobView; left?: boolean }) {
  const [failed, setFailed] = useState(false);
  const move = () =>
    leave(job.id, !left, councilMidnight(serverNow())).then(
      () => setFailed(false),
      () => setFailed(true),
    );
  return (
    <>
      {failed && <Banner kind="late" live="alert" title="This phone could not keep it. Free some storage." />}
      <Button icon={left ? "undo" : "down"} wide onClick={move}>
        {left ? "Take it back in" : "Leave for later"}
      </Button>
    </>
  );
}
