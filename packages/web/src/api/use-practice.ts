import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from './client.ts';
import { queries } from './queries.ts';

/** Stores the practice org's credentials, from the server's side, and goes on to Connect. */
export const useUsePractice = () => {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.usePractice('client_credentials'),
    onSuccess: async () => {
      // The form of Connect starts from what is stored; it must not start from what was stored before.
      client.removeQueries({ queryKey: queries.connection().queryKey });
      await client.invalidateQueries();
      await navigate({ to: '/setup/connect', search: { from: 'practice' } });
    },
  });
};
