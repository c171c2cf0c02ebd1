export async function measureLive() {
  return 'Not measured yet.';
}
