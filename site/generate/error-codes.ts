/** What the API answers when it refuses, by its `error`. A test holds the codes against the functions' sources. */
export interface ErrorCode {
  readonly status: number;
  readonly when: string;
  /** What the caller does about it. */
  readonly remedy: string;
}

export const ERROR_CODES: Readonly<Record<string, ErrorCode>> = {
  permanent_redirect: {
    status: 308,
    when: 'the path has a slash too many',
    remedy: 'Follow the redirect: it keeps method and body. Or write the path without the slash.',
  },
  malformed_json: {
    status: 400,
    when: 'the body is not JSON, or the path has a percent sign that escapes nothing',
    remedy: 'The message names line and column. A percent sign in an id has to be escaped twice.',
  },
  invalid_signature: {
    status: 401,
    when: 'an addressed event is not signed by its subscription’s secret',
    remedy: 'Sign the bytes that are sent, with the secret of that subscription; check the clock.',
  },
  invalid_link: {
    status: 401,
    when: 'a sign-in link is not known, was used, or has expired',
    remedy: 'Make a new link.',
  },
  sign_in_refused: {
    status: 401,
    when: 'the OpenID provider does not take the code, or its token is not good for this',
    remedy: 'Sign in again. If it repeats, compare issuer and client id with the settings.',
  },
  insufficient_scope: {
    status: 403,
    when: 'the key’s scopes do not allow this',
    remedy: 'Use a key with the scope that the message names; a key can’t widen itself.',
  },
  no_role: {
    status: 403,
    when: 'the claim of the user’s token has no value that is mapped to a role',
    remedy: 'Add the user to a group at the provider, or the group to `console.oidc.roles`.',
  },
  not_found: {
    status: 404,
    when: 'it does not exist, is another tenant’s, or the route does not exist',
    remedy:
      'Compare id and key: a key sees its own tenant alone. For a route, the message suggests the nearest.',
  },
  method_not_allowed: {
    status: 405,
    when: 'the path takes other methods',
    remedy: 'The message and the header `allow` name them.',
  },
  in_use: {
    status: 409,
    when: 'subscriptions use what is to be deleted',
    remedy: 'Delete or change the subscriptions that the message names first.',
  },
  limit_reached: {
    status: 409,
    when: 'the tenant has reached its limit of these',
    remedy: 'Delete what is not needed, or ask the operator to raise the limit.',
  },
  subscription_paused: {
    status: 409,
    when: 'a test event for a paused subscription, or a replay of what died of the pause',
    remedy: 'Resume the subscription first.',
  },
  target_disabled: {
    status: 409,
    when: 'messages are fetched of a target that is switched off',
    remedy: 'Enable the target.',
  },
  filter_disabled: {
    status: 409,
    when: 'a replay of what a subscription missed, whose filter is off',
    remedy: 'Switch the filter on.',
  },
  event_dead: {
    status: 409,
    when: 'no delivery was made of the event that is to be sent again',
    remedy: 'Publish it again, with an id of its own.',
  },
  not_fetchable: {
    status: 409,
    when: 'messages are fetched of a target whose kind is not `pull`',
    remedy: 'Fetch from a target of kind `pull`.',
  },
  breaking_change: {
    status: 409,
    when: 'a schema breaks readers of the same version of its event type',
    remedy:
      'Give the type another `version`, or say that it is meant: `?allowBreaking=true`, or `--allow-breaking`. `problems` has what breaks.',
  },
  conflict: {
    status: 409,
    when: 'it conflicts with what exists, or with the state that this is in',
    remedy: 'The message says with what.',
  },
  request_in_progress: {
    status: 409,
    when: 'a request with the same `Idempotency-Key` is under way',
    remedy: 'Repeat it later with the same key: the answer is then the first one’s.',
  },
  listener_over: {
    status: 410,
    when: 'its listener has ended',
    remedy: 'Start `posthorn listen` again.',
  },
  precondition_failed: {
    status: 412,
    when: 'the entity is no longer what `If-Match` names',
    remedy: 'Read it again, make the change to what it is now, and send its new ETag.',
  },
  payload_too_large: {
    status: 413,
    when: 'the payload is larger than the tenant’s may be, or the body than the route takes',
    remedy: 'Send a reference to large data instead of the data, or ask the operator for `payloadBytes`.',
  },
  unsupported_media_type: {
    status: 415,
    when: 'the content type is missing or another one than expected, or the body may not be what was sent',
    remedy: 'Send `Content-Type` as the message says.',
  },
  validation_failed: {
    status: 422,
    when: 'a value is invalid',
    remedy: '`field` says which, `message` what was expected, and `problems` lists all of them.',
  },
  schema_mismatch: {
    status: 422,
    when: 'the payload does not fit its event type’s schema, and the tenant enforces schemas',
    remedy: 'Mend the payload, or change the event type.',
  },
  idempotency_key_reused: {
    status: 422,
    when: 'the `Idempotency-Key` was used for another request',
    remedy: 'Make a new key for each request that is meant to do something new.',
  },
  event_id_reused: {
    status: 422,
    when: 'the event’s id was another event’s within 24 hours',
    remedy:
      'Give each event an id of its own. The same event with the same id is accepted, and published once.',
  },
  too_many_requests: {
    status: 429,
    when: 'there are too many requests at once',
    remedy: 'Wait a moment, then repeat. The client does so by itself.',
  },
  unreadable_item: {
    status: 500,
    when: 'the stored item is damaged, or an event’s type is under `enforce`',
    remedy: 'The operator repairs the item that the log names: see the runbook.',
  },
  no_answer: {
    status: 502,
    when: 'a listener’s server did not answer',
    remedy: 'Look at the shell in which `posthorn listen` runs.',
  },
  unavailable: {
    status: 503,
    when: 'a part of Posthorn does not answer',
    remedy: 'Repeat the request. The client does so by itself where that is safe.',
  },
  listener_away: {
    status: 503,
    when: 'a listener’s connection is gone for the moment',
    remedy: 'None: the delivery is tried again.',
  },
  timeout: {
    status: 504,
    when: 'a listener’s server took too long',
    remedy: 'Answer at once, and work afterwards.',
  },
};
