import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useMemo } from 'react';
import { jsonText, lineOf, readJson } from './json-text.ts';

interface JsonFieldProps {
  readonly label: string;
  readonly text: string;
  onChange?(text: string): void;
  /** The path of a part that does not fit, as the API writes it: its line is marked. */
  readonly marked?: string | undefined;
  /** What the API says of it. */
  readonly problem?: string | undefined;
  readonly hint?: string;
  readonly minRows?: number;
  /** Nothing at all is as good as JSON. */
  readonly isOptional?: boolean;
}

const LINE = 20;
const TOP = 12;

/** JSON to be edited: what is wrong with it is said by the line, and a part can be marked. */
export function JsonField(props: JsonFieldProps) {
  const { label, text, onChange, marked, problem, hint, minRows = 6, isOptional } = props;
  const isEmpty = isOptional === true && text.trim() === '';
  const read = useMemo(() => (isEmpty ? undefined : readJson(text)), [text, isEmpty]);
  const error = read?.isValid === false ? read.error : undefined;
  const line =
    error?.line ?? (marked === undefined || !read?.isValid ? undefined : lineOf(read.lines, marked));
  const helper = error ? `Line ${error.line}, column ${error.column}: ${error.message}` : (problem ?? hint);
  return (
    <Box>
      <Box sx={{ position: 'relative', maxHeight: 520, overflowY: 'auto', pt: 1 }}>
        <TextField
          fullWidth
          multiline
          label={label}
          value={text}
          minRows={minRows}
          error={error !== undefined || problem !== undefined}
          onChange={({ target }) => onChange?.(target.value)}
          slotProps={{
            htmlInput: {
              readOnly: onChange === undefined,
              wrap: 'off',
              spellCheck: false,
              autoCapitalize: 'off',
              dir: 'ltr',
            },
            input: {
              sx: { py: `${TOP}px`, fontFamily: 'monospace', fontSize: '0.8125rem', lineHeight: `${LINE}px` },
            },
          }}
        />
        {line !== undefined && (
          <Box
            aria-hidden
            sx={{
              position: 'absolute',
              insetInline: 2,
              top: 8 + TOP + (line - 1) * LINE,
              height: LINE,
              borderBottom: 2,
              borderColor: 'error.main',
              bgcolor: 'color-mix(in srgb, var(--mui-palette-error-main) 12%, transparent)',
              pointerEvents: 'none',
            }}
          />
        )}
      </Box>
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, mt: 0.5 }}>
        <Box
          role="status"
          sx={{
            flex: 1,
            minWidth: 0,
            px: 1,
            overflowWrap: 'anywhere',
            fontSize: '0.75rem',
            color: error || problem ? 'error.main' : 'text.secondary',
          }}
        >
          {helper}
        </Box>
        {onChange && (
          <Button disabled={!read?.isValid} onClick={() => read?.isValid && onChange(jsonText(read.value))}>
            Format
          </Button>
        )}
      </Box>
    </Box>
  );
}
