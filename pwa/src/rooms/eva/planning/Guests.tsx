import { useState } from "preact/hooks";
import { Button, Field, Select } from "../../../ui";
import type { Booking, Choices } from "./shapes";

/** Somebody to be asked: a person of Sightline by `person_id`, anybody else by name and e-mail. */
export interface Guest {
  key: string;
  person_id?: string;
  name?: string;
  email?: string;
  organisation?: string;
  role?: string;
}

export function guestsOf(booking: Booking | null): Guest[] {
  return (booking?.invitations ?? []).map((one) =>
    one.person
      ? { key: one.id, person_id: one.person.id }
      : { key: one.id, name: one.name, email: one.email, organisation: one.organisation, role: one.role },
  );
}

/** Who is asked to come, with a way to add colleagues and people without an account. */
export function Guests(props: {
  guests: readonly Guest[];
  people: Choices["people"];
  onChange: (guests: Guest[]) => void;
}) {
  const { guests, people, onChange } = props;
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [organisation, setOrganisation] = useState("");
  const [tried, setTried] = useState(false);
  const asked = new Set(guests.map((one) => one.person_id));
  const named = (guest: Guest) => {
    const person = people.find((one) => one.id === guest.person_id);
    return person ? `${person.name} (${person.organisation})` : [guest.name, guest.email].filter(Boolean).join(", ");
  };
  const add = () => {
    setTried(true);
    if (!name.trim() || !email.includes("@")) return;
    const key = `${name} ${email} ${guests.length}`;
    onChange([...guests, { key, name: name.trim(), email: email.trim(), organisation: organisation.trim() }]);
    setName("");
    setEmail("");
    setOrganisation("");
    setTried(false);
  };
  return (
    <>
      {guests.length > 0 && (
        <ul class="invited">
          {guests.map((guest) => (
            <li key={guest.key}>
              <span>{named(guest)}</span>
              <Button
                kind="quiet"
                icon="close"
                iconOnly
                onClick={() => onChange(guests.filter((one) => one !== guest))}
              >
                {`Don't ask ${named(guest)}`}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Select
        label="A colleague"
        value=""
        options={[
          { value: "", label: "Choose somebody to ask" },
          ...people
            .filter((one) => !asked.has(one.id))
            .map((one) => ({ value: one.id, label: `${one.name} (${one.organisation})` })),
        ]}
        onChange={(id) => id && onChange([...guests, { key: id, person_id: id }])}
      />
      <details class="guest-more">
        <summary>Somebody without an account: a resident, a partner</summary>
        <Field
          label="Name"
          value={name}
          maxLength={120}
          error={tried && !name.trim() ? "Say who it is" : null}
          onInput={setName}
        />
        <Field
          label="E-mail"
          type="email"
          value={email}
          error={tried && !email.includes("@") ? "Write the address to which the invitation goes" : null}
          onInput={setEmail}
        />
        <Field label="Organisation" value={organisation} maxLength={120} onInput={setOrganisation} />
        <Button icon="plus" onClick={add}>
          Ask them to come
        </Button>
      </details>
    </>
  );
}
