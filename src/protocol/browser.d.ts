/** The one browser type in the protocol. This room has no browser library; worker and page see their own declaration. */
interface File {
  readonly name: string;
  readonly size: number;
}
