/** Who came along: named, with their role and organisation, and whether they may be named in the report. */
import { useState } from "preact/hooks";
import { tick } from "../../../device/install";
import { reference, uuid7 } from "../../../sync";
import { Button, Card, Checkbox, Field, Icon, Section } from "../../../ui";
import { act, keeping, now } from "./answering";
import { WalkFrame } from "./Frame";
import type { Walk } from "./useWalk";

const ROLES = ["Resident", "Police", "Council", "Housing", "Councillor", "Partner"];

export default function PeopleScreen({ id }: { id: string | null }) {
  return (
    <WalkFrame id={id ?? ""} title="People on the walk">
      {(walk) => <People walk={walk} />}
    </WalkFrame>
  );
}

function People({ walk }: { walk: Walk }) {
  const { audit } = walk;
  return (
    <div class="page walk">
      <Section title="Walk it and answer">
        <ul class="walk-rows">
          {audit.walkers.map(({ person, sections }) => (
            <li key={person.id} class="walk-row">
              <Icon name="user" />
              <span class="walk-row-words">
                <strong>{person.name || "You"}</strong>
                <span class="quiet-text small-text">
                  {person.id === audit.led_by.id ? "Leads the walk" : "Walks along"}
                  {sections && `: ${sections.map((code) => titleOf(walk, code)).join(", ")}`}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Take part">
        {audit.participants.length === 0 && <p class="quiet-text">Nobody noted yet.</p>}
        {audit.participants.map((one) => (
          <Card key={one.id}>
            <p>
              <strong>{one.name}</strong>
              <br />
              <span class="quiet-text">{[one.role, one.organisation].filter(Boolean).join(", ")}</span>
              <br />
              <span class="small-text">{one.consent ? "May be named in the report" : "Not named in the report"}</span>
            </p>
          </Card>
        ))}
      </Section>
      {walk.canAnswer && <AddPerson walk={walk} />}
    </div>
  );
}

function titleOf(walk: Walk, code: string): string {
  return walk.definition?.sections.find((section) => section.code === code)?.title ?? code;
}

function AddPerson({ walk }: { walk: Walk }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState("");
  const [organisation, setOrganisation] = useState("");
  const [contact, setContact] = useState("");
  const [consent, setConsent] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const known = (reference.value?.organisations ?? []).map((one) => one.name);
  const add = async () => {
    if (!name.trim()) return setWrong("Write a name, or what to call them");
    setWrong(null);
    const said = { name: name.trim(), role: role.trim(), organisation: organisation.trim(), contact: contact.trim() };
    const who = { participant_id: uuid7(), audit_id: walk.audit.id, ...said, consent, at: now() };
    if (!(await keeping(() => act("add_participant", who)))) return;
    tick();
    setName("");
    setContact("");
    setConsent(false);
  };
  return (
    <Section title="Add somebody">
      <Field label="Name" value={name} error={wrong} maxLength={120} autocapitalize="words" onInput={setName} />
      <Field label="Role" hint={ROLES.join(", ")} value={role} maxLength={120} list="walk-roles" onInput={setRole} />
      <Field
        label="Organisation, if they come for one"
        value={organisation}
        maxLength={120}
        list="walk-organisations"
        onInput={setOrganisation}
      />
      <Field
        label="How to reach them, if they want to hear what becomes of it"
        hint="Read by officers, council managers and administrators only."
        value={contact}
        maxLength={200}
        autocomplete="off"
        onInput={setContact}
      />
      <Checkbox label="They agree to be named in the report" checked={consent} onChange={setConsent} />
      <datalist id="walk-roles">
        {ROLES.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <datalist id="walk-organisations">
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Button kind="primary" large icon="plus" onClick={() => void add()}>
        Add to the walk
      </Button>
    </Section>
  );
}
