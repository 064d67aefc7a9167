/**
 * Dates in CloudTrail's records of KMS: `Jul 7, 2025, 1:02:03 PM`, in UTC. Without `Intl`, which takes 10 ms and 5 MB
 * at the start.
 */
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function trailDate(epochSeconds: number): string {
  const at = new Date(epochSeconds * 1000);
  const hour = at.getUTCHours();
  const [minute, second] = [at.getUTCMinutes(), at.getUTCSeconds()].map((each) => String(each).padStart(2, '0'));
  const day = `${months[at.getUTCMonth()]} ${at.getUTCDate()}, ${at.getUTCFullYear()}`;
  return `${day}, ${hour % 12 || 12}:${minute}:${second} ${hour < 12 ? 'AM' : 'PM'}`;
}
