/** How many times faster than on AWS the demo's waits go: a minute takes a second. */
export const speed = 60;
