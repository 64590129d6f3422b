/** What records come from. Each is a value of the dimension `Source` of metrics. */
export const SOURCE_KINDS = ['logs', 'eventbridge', 'sqs', 'kafka'] as const;

type SourceKind = (typeof SOURCE_KINDS)[number];

/** A source, as lines of the log and messages in quarantine name it. */
export interface Source {
  readonly kind: SourceKind;
  /** By its settings; unique within its kind. */
  readonly name: string;
}

/** `sqs/orders` */
export const nameOfSource = ({ kind, name }: Source): string => `${kind}/${name}`;
