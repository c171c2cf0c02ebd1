/** What a schema says of a value, in words. */
import type { z } from 'zod';
import { SteerboardError } from '../errors.js';
import { describePath, invalid, type Path } from './hostile.js';

/** The first problem, naming the field. */
export function fromZod(error: z.ZodError): SteerboardError {
  const found = error.issues[0];
  if (found === undefined) return invalid([], 'is not valid');
  const issue = deepestIssue(found, []);
  const where = describePath(issue.path);
  const others = error.issues.length - 1;
  const more = others === 0 ? '' : ` (and ${others} more ${others === 1 ? 'problem' : 'problems'})`;
  return new SteerboardError('document-invalid', `This file cannot be imported: ${where} ${issue.problem}${more}.`, {
    path: where,
    problems: error.issues.length,
  });
}

/** Where a field may have several forms, the form that went furthest says what is wrong. */
function deepestIssue(issue: z.core.$ZodIssue, above: Path): { path: Path; problem: string } {
  const path = [...above, ...issue.path];
  if (issue.code === 'custom') return { path, problem: issue.message };
  const forms = issue.code === 'invalid_union' ? issue.errors : [];
  const nested = forms.flatMap((form) => form.slice(0, 1)).sort((a, b) => b.path.length - a.path.length)[0];
  if (nested !== undefined && nested.path.length > 0) return deepestIssue(nested, path);
  const message = issue.message.replace(/^Invalid input: /, '');
  if (message.endsWith('received undefined')) return { path, problem: 'is missing' };
  return { path, problem: `is wrong: ${message.charAt(0).toLowerCase()}${message.slice(1)}` };
}
