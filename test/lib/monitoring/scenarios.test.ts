import { describe, expect, it } from 'vitest';
import {
  ALARM_NAMES,
  ALARMS,
  type AlarmName,
  type AlarmRow,
  ENGINE,
} from '../../../lib/monitoring/alarm-table.ts';
import {
  attemptsAt,
  attemptsIn,
  createScene,
  ordinary,
  partsIn,
  QUEUE_ALARMS,
  type Scene,
} from '../../helpers/cloudwatch/scene.ts';
import { MINUTE } from '../../helpers/cloudwatch/store.ts';
import { alarmsOf, type Ring, ringsIn } from '../../helpers/cloudwatch/watch.ts';
import { EACH_SOURCE } from '../../helpers/each-source.ts';
import { resolvedStacks } from '../../helpers/resolved.ts';
import { environmentOf } from '../../helpers/synthesised.ts';

/**
 * What rings, over datapoints of days and troubles. The alarms are those of the template, and CloudWatch's rules decide:
 * test/helpers/cloudwatch.
 */
const ENVIRONMENT = 'prod';
/** One source for each row of the table that is about sources. */
const { logs, sqs, kafka = [] } = EACH_SOURCE;
const sources = { logs, sqs, kafka: kafka.filter(({ lagAlarm }) => lagAlarm === undefined) };
const alarms = alarmsOf(
  resolvedStacks(environmentOf(ENVIRONMENT, { sources })).flatMap(({ resources }) => resources),
  // By the row’s name, without the source’s.
  (name) => name.replace(`posthorn-${ENVIRONMENT}-`, '').replace(/-.*/, ''),
);

const HOUR = 60;
const DAY = 24 * HOUR;
/** When trouble begins, on a morning. */
const BEGINS = 8 * HOUR;
const ENDS = BEGINS + 6 * HOUR;

type Minutes = (scene: Scene, minute: number) => void;

const each =
  (from: number, to: number, make: Minutes): ((scene: Scene) => void) =>
  (scene) => {
    for (let minute = from; minute < to; minute++) make(scene, minute);
  };

/** Minutes until values of EMF lines and of AWS's own metrics can be seen, as they are late. */
const LATE = [0, 3] as const;

interface Watch {
  readonly from?: number;
  readonly to?: number;
  readonly lateMinutes?: number;
}

/** Scenes begin an hour before anything is watched, so that there is something to look back at. */
function ringing(
  make: (scene: Scene) => void,
  { from = BEGINS - HOUR, to = ENDS, lateMinutes = 0 }: Watch = {},
): readonly Ring[] {
  const scene = createScene(alarms, ENVIRONMENT);
  make(scene);
  return ringsIn(alarms, scene.store, from * MINUTE, to * MINUTE, { lateMinutes });
}

const shown = ({ alarm, from, told }: Ring): string =>
  `${told ? '' : '('}${alarm}${told ? '' : ')'} at ${Math.floor(from / MINUTE / HOUR)}:${`${(from / MINUTE) % HOUR}`.padStart(2, '0')}`;

/** Ordinary times around a trouble that comes on top. */
const amid =
  (make: (scene: Scene) => void): ((scene: Scene) => void) =>
  (scene) => {
    ordinary(scene, BEGINS - 2 * HOUR, ENDS);
    make(scene);
  };

describe.each(LATE)('nobody is told, with values that are %i minutes late, of', (lateMinutes) => {
  const toldOf = (make: (scene: Scene) => void): readonly string[] =>
    ringing(make, { lateMinutes })
      .filter(({ told }) => told)
      .map(shown);

  it('a healthy day', () => {
    const day = (scene: Scene): void => ordinary(scene, 0, DAY);
    expect(ringing(day, { from: HOUR, to: DAY, lateMinutes }).map(shown)).toEqual([]);
  });

  it('a quiet night: one failure of two, one slow delivery, long gaps', () => {
    const night = each(0, 8 * HOUR, (scene, minute) => {
      scene.count('ReleaseLag', minute, 0);
      if (minute % 50 !== 7) return;
      scene.count('Attempts', minute, 2);
      scene.count('FailedAttempts', minute, 1);
      scene.count('PromptLatency', minute, 12_000);
      scene.report('ApiErrors', minute, 1);
    });
    expect(ringing(night, { from: HOUR, to: 8 * HOUR, lateMinutes }).map(shown)).toEqual([]);
  });

  it('a night without anything at all', () => {
    const silence = each(0, 4 * HOUR, (scene, minute) => scene.count('ReleaseLag', minute, 0));
    expect(ringing(silence, { from: HOUR, to: 4 * HOUR, lateMinutes }).map(shown)).toEqual([]);
  });

  it('a first deployment, whose alarms are made some minutes after its functions', () => {
    const first = (scene: Scene): void =>
      each(BEGINS - 5, ENDS, (_, minute) => scene.count('ReleaseLag', minute, 0))(scene);
    expect(ringing(first, { from: BEGINS, lateMinutes }).map(shown)).toEqual([]);
  });

  it('a deployment: failures, late queues and slow deliveries for some minutes, and runs of release that are missing', () => {
    const deployed = (scene: Scene): void => {
      ordinary(scene, BEGINS - 2 * HOUR, BEGINS);
      each(BEGINS, BEGINS + 3, (_, minute) => {
        attemptsIn(scene, minute, { attempts: attemptsAt(14 * HOUR), failing: 0.05, latency: 2500 });
        for (const alarm of QUEUE_ALARMS) scene.report(alarm, minute, 45);
        scene.count('Faults', minute, 8);
        scene.report('FunctionErrors', minute, 1);
        scene.report('ApiErrors', minute, 2);
        scene.report('Throttled', minute, 12);
      })(scene);
      ordinary(scene, BEGINS + 3, ENDS);
    };
    expect(toldOf(deployed)).toEqual([]);
  });

  it('a poisonous message: it fails once in some minutes, until it is dead', () => {
    const poisoned = (scene: Scene): void => {
      for (let receive = 0; receive < 5; receive++) {
        scene.count('Faults', BEGINS + 5 * receive, 2);
        scene.report('FunctionErrors', BEGINS + 5 * receive + 1, 1);
      }
      // It is in the dead-letter queue for a moment.
      scene.report('DeadLettersLeft', BEGINS + 26, 40);
    };
    expect(toldOf(amid(poisoned))).toEqual([]);
  });

  it('a small tenant’s endpoint that is down, among many that are well: it is shown (D14)', () => {
    const down = each(BEGINS, BEGINS + HOUR, (scene, minute) => {
      scene.count('Attempts', minute, 2);
      scene.count('FailedAttempts', minute, 2);
      if (minute % 5 === 0) scene.count('TargetsFailing', minute, 1);
    });
    const rings = ringing(amid(down), { lateMinutes });
    expect(rings.map(({ alarm, told }) => [alarm, told])).toEqual([['TargetFailing', false]]);
  });

  it('a flood of the bulk lane that takes twenty minutes, and a burst that Lambda throttles for a minute', () => {
    const flood = (scene: Scene): void => {
      each(BEGINS, BEGINS + 20, (_, minute) => scene.report('OldestBulk', minute, (minute - BEGINS) * 60))(
        scene,
      );
      scene.report('Throttled', BEGINS, 400);
    };
    expect(toldOf(amid(flood))).toEqual([]);
  });

  it('release that misses three runs, or is late by one', () => {
    const missed = each(BEGINS - 2 * HOUR, ENDS, (scene, minute) => {
      if (minute === BEGINS) scene.count('ReleaseLag', minute, 90_000);
      else if (minute < BEGINS || minute > BEGINS + 3) scene.count('ReleaseLag', minute, 0);
    });
    expect(toldOf(missed)).toEqual([]);
  });
});

/** What makes an alarm ring: an hour after the scene begins, and for so long. */
interface Trouble {
  readonly is: string;
  /** What is different from an ordinary minute. */
  readonly minute: Minutes;
  readonly lasts: number;
  /** Whether it takes the place of an ordinary minute. Default: it comes on top. */
  readonly instead?: boolean;
  /** Within so many minutes somebody is told, or a state is shown. */
  readonly within: number;
}

const older =
  (alarm: AlarmName, seconds: number): Minutes =>
  (scene, minute) =>
    scene.report(alarm, minute, seconds);
const aging = (alarm: AlarmName, minutes: number): Trouble => ({
  is: `its oldest message is over ${minutes} minutes old`,
  minute: older(alarm, minutes * 60 + 1),
  lasts: 30,
  within: 5,
});
const once = (
  metric: 'LoopsStopped' | 'AuditEntriesUnwritten' | 'UnreadableItems' | 'Recovered',
): Trouble => ({
  is: 'it is counted once',
  minute: (scene, minute) => scene.count(metric, minute, 1),
  lasts: 1,
  within: 1,
});

const TROUBLES: Readonly<Record<AlarmName, Trouble>> = {
  SuccessLow: {
    is: 'success is under 95 %',
    instead: true,
    minute: (scene, minute) => {
      attemptsIn(scene, minute, { attempts: 60, failing: 0.08 });
      partsIn(scene, minute, 60);
    },
    lasts: 60,
    within: 15,
  },
  DeliverySlow: {
    is: 'deliveries take over 5 s on average',
    instead: true,
    minute: (scene, minute) => {
      attemptsIn(scene, minute, { attempts: 60, latency: 7000 });
      partsIn(scene, minute, 60);
    },
    lasts: 60,
    within: 15,
  },
  TargetFailing: {
    is: 'a tenth of the attempts to one endpoint fail',
    minute: (scene, minute) => {
      if (minute % 5 === 0) scene.count('TargetsFailing', minute, 1);
    },
    lasts: 30,
    within: 6,
  },
  OldestEvents: aging('OldestEvents', 10),
  OldestCritical: aging('OldestCritical', 10),
  OldestStandard: aging('OldestStandard', 10),
  OldestSlow: aging('OldestSlow', 30),
  OldestBulk: aging('OldestBulk', 30),
  OldestOutcomes: aging('OldestOutcomes', 10),
  OldestReplays: aging('OldestReplays', 30),
  DeadLettersLeft: { ...aging('DeadLettersLeft', 2), within: 15 },
  Quarantined: { is: 'one message waits', minute: older('Quarantined', 1), lasts: 40, within: 1 },
  LoopsStopped: once('LoopsStopped'),
  AuditEntriesUnwritten: once('AuditEntriesUnwritten'),
  UnreadableItems: once('UnreadableItems'),
  Recovered: once('Recovered'),
  Faults: {
    is: 'three messages fail in each minute',
    minute: (scene, minute) => scene.count('Faults', minute, 3),
    lasts: 30,
    within: 16,
  },
  FunctionErrors: {
    is: 'two invocations fail in each minute',
    minute: (scene, minute) => scene.report('FunctionErrors', minute, 2),
    lasts: 30,
    within: 10,
  },
  Throttled: {
    is: 'invocations are throttled for half an hour',
    minute: (scene, minute) => scene.report('Throttled', minute, 5),
    lasts: 30,
    within: 16,
  },
  ConcurrencyNearLimit: {
    is: 'nine tenths of the concurrency are taken',
    minute: (scene, minute) => scene.report('ConcurrencyNearLimit', minute, 900),
    lasts: 30,
    within: 15,
  },
  ApiErrors: {
    is: 'two calls in each minute end in an error of ours',
    minute: (scene, minute) => scene.report('ApiErrors', minute, 2),
    lasts: 20,
    within: 10,
  },
  ReleaseLate: {
    is: 'release does not run',
    instead: true,
    minute: () => {},
    lasts: 40,
    within: 25,
  },
  SourceWaits: aging('SourceWaits', 10),
  SourceDeadLettersLeft: {
    is: 'one message waits',
    minute: older('SourceDeadLettersLeft', 1),
    lasts: 40,
    within: 1,
  },
  LogsFailing: { is: 'a batch of lines fails', minute: older('LogsFailing', 1), lasts: 1, within: 1 },
  TopicBehind: {
    is: 'records of a topic wait',
    minute: older('TopicBehind', 10_001),
    lasts: 30,
    within: 15,
  },
};

const row = (name: AlarmName): AlarmRow => ALARMS[name];

describe('somebody is told once', () => {
  const troubled =
    ({ minute: make, lasts, instead = false }: Trouble, isSilentAfter = false): ((scene: Scene) => void) =>
    (scene) => {
      const ends = BEGINS + lasts;
      ordinary(scene, BEGINS - 2 * HOUR, BEGINS);
      if (!instead) ordinary(scene, BEGINS, ends);
      if (isSilentAfter) each(ends, ENDS, (_, minute) => scene.count('ReleaseLag', minute, 0))(scene);
      else ordinary(scene, ends, ENDS);
      each(BEGINS, ends, make)(scene);
    };

  describe.each([
    { lateMinutes: 0, isSilentAfter: false },
    { lateMinutes: 1, isSilentAfter: false },
    // Where nothing is measured any more, CloudWatch looks again at what was.
    { lateMinutes: 0, isSilentAfter: true },
  ])(
    'with values that are $lateMinutes minutes late, and silence after it: $isSilentAfter',
    ({ lateMinutes, isSilentAfter }) => {
      it.each(ALARM_NAMES)('by %s (D14)', (name) => {
        const trouble = TROUBLES[name];
        const rings = ringing(troubled(trouble, isSilentAfter), { lateMinutes });
        const { rings: by } = row(name);
        const expected =
          by === 'Engine'
            ? [
                [name, false],
                [ENGINE.name, true],
              ]
            : [[name, by === 'itself']];
        expect(
          rings.map(({ alarm, told }) => [alarm, told]),
          trouble.is,
        ).toEqual(expected);
        for (const { from, until } of rings) {
          expect(from / MINUTE - BEGINS, trouble.is).toBeGreaterThan(0);
          expect(from / MINUTE - BEGINS, trouble.is).toBeLessThanOrEqual(trouble.within + lateMinutes);
          // It ends by itself.
          expect(until).toBeDefined();
        }
      });
    },
  );

  it('by ReleaseLate, also when release runs and does not catch up', () => {
    const behind: Trouble = {
      is: 'release is five minutes late',
      instead: true,
      minute: (scene, minute) => {
        partsIn({ ...scene, count: () => {} }, minute, 20);
        scene.count('ReleaseLag', minute, 300_000);
      },
      lasts: 40,
      within: 10,
    };
    expect(ringing(troubled(behind)).map(({ alarm }) => alarm)).toEqual(['ReleaseLate', ENGINE.name]);
  });

  it('by the engine, and by the API, when nothing works for an hour', () => {
    const outage: Trouble = {
      is: 'DynamoDB answers nothing',
      instead: true,
      minute: (scene, minute) => {
        const age = (minute - BEGINS) * 60;
        for (const alarm of QUEUE_ALARMS) scene.report(alarm, minute, age);
        scene.count('Faults', minute, 40);
        scene.report('FunctionErrors', minute, 10);
        scene.report('ApiErrors', minute, 60);
        scene.report('Throttled', minute, 0);
      },
      lasts: 60,
      within: 20,
    };
    const told = ringing(troubled(outage)).filter((ring) => ring.told);
    const pages = told.filter(
      ({ alarm }) => alarm === ENGINE.name || row(alarm as AlarmName).severity === 'page',
    );
    expect(pages.map(({ alarm }) => alarm).sort()).toEqual(['ApiErrors', ENGINE.name]);
    expect(new Set(told.map(({ alarm }) => alarm)).size).toBe(told.length);
  });

  it('by the engine, and by the API, also where an event comes only once in a minute', () => {
    const outage: Trouble = {
      is: 'no request is answered, and each message fails every four minutes, five times in all',
      instead: true,
      minute: (scene, minute) => {
        scene.count('ReleaseLag', minute, 0);
        scene.count('Faults', minute, Math.min(5, 1 + Math.floor((minute - BEGINS) / 4)));
        scene.report('ApiErrors', minute, 1);
      },
      lasts: 60,
      within: 30,
    };
    const told = ringing(troubled(outage)).filter((ring) => ring.told);
    expect(told.map(({ alarm }) => alarm).sort()).toEqual(['ApiErrors', ENGINE.name]);
    for (const { from } of told) expect(from / MINUTE - BEGINS).toBeLessThanOrEqual(outage.within);
  });
});

describe('a rate says nothing', () => {
  it.each([
    ['of success, just above 95 %', { attempts: 100, failing: 0.035 }],
    ['of latency, just under 5 s', { attempts: 100, latency: 4000 }],
  ])('%s', (_, minute) => {
    const near = each(0, 4 * HOUR, (scene, at) => {
      attemptsIn(scene, at, minute);
      partsIn(scene, at, minute.attempts);
    });
    expect(ringing(near, { from: HOUR, to: 4 * HOUR }).map(shown)).toEqual([]);
  });
});
