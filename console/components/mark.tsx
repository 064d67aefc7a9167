/** The mark beside the name: a key. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    <circle cx="5.5" cy="8" r="3.5" />
    <path d="M9 8h6M12 8v2.6M14.4 8v2" />
  </svg>
);
