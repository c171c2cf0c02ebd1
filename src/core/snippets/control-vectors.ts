/** What tools that load GGUF control vectors do otherwise than the page: they add, to every token. */
import type { SnippetInput } from './snippet.js';

export function unsaid({ plan }: SnippetInput, tool: string): string[] {
  const notes: string[] = [];
  const others = [...new Set(plan.terms.map(({ operator }) => operator).filter((operator) => operator !== 'add'))];
  if (others.length > 0)
    notes.push(`${tool} only adds: what is applied by ${others.join(', ')} is not what the page does.`);
  if (
    plan.terms.some(
      ({ scope }) =>
        !scope.prompt || !scope.generated || scope.promptRange || scope.generatedRange || scope.curve?.length,
    )
  )
    notes.push(`${tool} changes all tokens alike; the page changes some, or not all as strongly.`);
  if (!plan.steerSpecialTokens)
    notes.push(`${tool} changes BOS and other special tokens too; the page leaves them alone.`);
  if (plan.terms.some(({ condition }) => condition))
    notes.push(`${tool} has no conditions: the directions always apply.`);
  const hooks = [...new Set(plan.terms.flatMap(({ sites }) => sites.map(({ hook = 'resid_post' }) => hook)))];
  const elsewhere = hooks.filter((hook) => hook !== 'resid_post' && hook !== 'resid_pre');
  if (elsewhere.length > 0) notes.push(`${tool} writes to blocks' outputs, not to ${elsewhere.join(', ')}.`);
  if (
    plan.terms.some(({ sites }) =>
      sites.some(({ layer, hook = 'resid_post' }) => layer === 0 || (hook === 'resid_pre' && layer === 1)),
    )
  )
    notes.push(`${tool} cannot change the output of block 0: it is left out.`);
  return notes.map((note) => `# ${note}`);
}
