import Alert from '@mui/material/Alert';
import Snackbar from '@mui/material/Snackbar';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';

interface Toast {
  readonly text: string;
  readonly severity: 'success' | 'info' | 'error';
  readonly action?: ReactNode;
}

const Context = createContext<(toast: Toast) => void>(() => {});

/** Says what was done, once it is done. Problems stand where they arose, and not here. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [toast, setToast] = useState<Toast>();
  const [isOpen, setOpen] = useState(false);
  const show = useCallback((next: Toast) => {
    setToast(next);
    setOpen(true);
  }, []);
  return (
    <Context value={show}>
      {children}
      <Snackbar
        open={isOpen}
        autoHideDuration={6000}
        onClose={(_, reason) => reason !== 'clickaway' && setOpen(false)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
        sx={{ bottom: { xs: 72, md: 24 } }}
      >
        <Alert
          severity={toast?.severity ?? 'info'}
          action={toast?.action}
          variant="filled"
          onClose={() => setOpen(false)}
        >
          {toast?.text}
        </Alert>
      </Snackbar>
    </Context>
  );
}

export const useToast = (): ((toast: Toast) => void) => useContext(Context);
