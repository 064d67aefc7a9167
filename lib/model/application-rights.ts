/**
 * What an application may do on its database, as a rule of Redis's ACL: all data commands, scripts and subscriptions,
 * and the administrative commands that client libraries and consoles send. CONFIG, SHUTDOWN, DEBUG, REPLICAOF, ACL,
 * MODULE, SAVE and MONITOR are not allowed, nor is MIGRATE, which opens connections.
 */
export const applicationRights =
  '~* &* +@all -@admin -migrate +acl|whoami +client|list +slowlog|get +slowlog|len +latency|latest';
