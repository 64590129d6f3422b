import Typography from '@mui/material/Typography';

export function Page() {
  return <Typography variant="h1">Endpoint</Typography>;
}
