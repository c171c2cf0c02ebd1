import { signedNumber } from '../../../look/numbers.js';

/** What the colours stand for: as far either side of zero as the values go. */
export function ScanScale({ reach, of }: { readonly reach: number; readonly of: string }) {
  const digits = reach < 0.995 ? 2 : 1;
  return (
    <span
      className="scale"
      title={`Zero has no colour. Full colour, the same either side of zero, is what all but the largest 2 % of ${of} stay within; special tokens are left out.`}
    >
      {signedNumber(-reach, digits)}
      <i />
      {signedNumber(reach, digits)}
    </span>
  );
}
