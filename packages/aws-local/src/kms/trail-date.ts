/**
 * Dates as CloudTrail's records of KMS write them: `Jul 7, 2025, 1:02:03 PM`, in UTC. By hand, since `Intl` costs a
 * start 10 ms and 5 MB.
 */
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function trailDate(epochSeconds: number): string {
  const at = new Date(epochSeconds * 1000);
  const hour = at.getUTCHours();
  const [minute, second] = [at.getUTCMinutes(), at.getUTCSeconds()].map((each) => String(each).padStart(2, '0'));
  const day = `${months[at.getUTCMonth()]} ${at.getUTCDate()}, ${at.getUTCFullYear()}`;
  return `${day}, ${hour % 12 || 12}:${minute}:${second} ${hour < 12 ? 'AM' : 'PM'}`;
}
