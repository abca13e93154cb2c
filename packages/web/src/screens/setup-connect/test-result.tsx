import { type ConnectionTest, TEST_LINES } from '@syncline/contract/setup';
import { useEffect, useRef } from 'react';
import { shownProblem } from '../../api/problem.ts';
import { Badge } from '../../components/badge.tsx';
import { Failed } from '../../components/failed.tsx';
import { Notice } from '../../components/notice.tsx';
import { useWords } from '../../words/use-words.ts';

/** The five lines of Test with their times; `test` is null while it runs. */
export const TestResult = ({ test }: { readonly test: ConnectionTest | null }) => {
  const { words, formats } = useWords();
  const org = test?.org ?? null;
  const place = useRef<HTMLElement>(null);
  // It stands below what was filled in; whoever pressed Test wants to see it.
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' });
  }, [test]);
  return (
    <section ref={place} className="card stack" aria-label={words.connect.results}>
      {test === null ? null : test.passed && org !== null ? (
        <Notice tone="ok" title={words.connect.passed} live="polite">
          {words.connect.passedOrg(org.username, org.name, org.edition, org.apiVersion, formats.duration(test.totalMs))}
        </Notice>
      ) : (
        <p role="alert">
          <strong>{words.connect.refused}</strong>
        </p>
      )}
      <ol className="test-lines">
        {TEST_LINES.map((name) => {
          const line = test?.lines.find((each) => each.line === name) ?? null;
          return (
            <li key={name}>
              <span>
                {words.connect.lines[name]}
                {name === 'calls_left' && org !== null && line?.state === 'passed' ? (
                  <span className="muted number">: {words.connect.callsLeft(org.callsLeft, org.callsLimit)}</span>
                ) : null}
              </span>
              <Badge kind="testLine" state={line?.state ?? (test === null ? 'checking' : 'not_reached')} />
              <span className="took number">{line?.ms == null ? '' : formats.duration(line.ms)}</span>
              {line?.problem == null ? null : (
                <div className="problem">
                  <Failed problem={shownProblem(line.problem)} live="off" hideLink />
                </div>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
};
