export type Key = readonly [key: string, words: string];

/** Keys and what each does. */
export function KeyList(props: { keys: readonly Key[]; class?: string }) {
  return (
    <dl class={props.class ? `keys ${props.class}` : "keys"}>
      {props.keys.map(([key, words]) => (
        <div key={key} class="row">
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}
