import '@fontsource-variable/inter/index.css';
import './styles/tokens.css';
import './styles/base.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { problemOf } from './api/problem.ts';
import { queries } from './api/queries.ts';
import { keepFocus } from './lib/keep-focus.ts';
import { makeRouter } from './router.tsx';
import { SessionProvider } from './shell/session.tsx';

const RETRIES = 2;

/** Only a server that did not answer is asked again by itself; a problem it named stays what it is. */
const mayRetry = (failures: number, error: Error): boolean =>
  failures < RETRIES && problemOf(error).code === 'server-silent';

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (problemOf(error).code === 'not-signed-in') void askWhoIsHere();
    },
  }),
  defaultOptions: { queries: { staleTime: 2_000, retry: mayRetry }, mutations: { retry: false } },
});
const router = makeRouter(client);

/** The session ended meanwhile, or somebody signed out in another window: the router leads to where one belongs. */
const askWhoIsHere = async (): Promise<void> => {
  await client.invalidateQueries({ queryKey: queries.me().queryKey });
  await router.invalidate();
};

const place = document.getElementById('app');
if (place === null) throw new Error('index.html has no #app');
keepFocus();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <SessionProvider>
        <RouterProvider router={router} />
      </SessionProvider>
    </QueryClientProvider>
  </StrictMode>,
);
