import { isAbsolute } from "node:path";
import * as z from "zod";
import { isLocalOrInCluster } from "../../common/host.ts";
import { holdsLogin, mayCarryCredentials, toUrl } from "../../common/url.ts";
import { secretMembers } from "../systems/secret-source.ts";

const file = z.string().min(1);

function isReceiver(text: string): boolean {
  const url = toUrl(text);
  return url !== undefined && !holdsLogin(url) && mayCarryCredentials(url, isLocalOrInCluster);
}

/** Who is told after a rotation, and how much trouble is taken over it. */
export const notifySchema = z
  .strictObject({
    url: z
      .string()
      .refine(
        isReceiver,
        "must be an https URL without credentials (http only for loopback and *.svc)",
      )
      .optional()
      .meta({ description: "URL to which the message is posted. Set this or `command`." }),
    ca_file: file.optional().meta({ description: "CA of that address, PEM." }),
    command: z.string().refine(isAbsolute, "must be an absolute path").optional().meta({
      description:
        "Executable that gets the message on its standard input and its headers as ROTATION_KIT_SIGNATURE and ROTATION_KIT_DELIVERY; exit code 0 means taken.",
    }),
    ...secretMembers("secret"),
    directory: file.optional().meta({
      description:
        "Folder that keeps what is not delivered yet, so that a killed process loses no message; one per replica. Without it a message ends with its process.",
    }),
    delay_ms: z.int().min(0).max(60_000).default(2_000).meta({
      description:
        "Wait before the first attempt, in milliseconds: the gateway stores the new version after the answer.",
    }),
    attempts: z.int().min(1).max(20).default(8).meta({
      description: "Attempts per message and process; the pauses double from 1 s to 60 s.",
    }),
    timeout_ms: z.int().min(100).max(60_000).default(5_000).meta({
      description: "Longest time of one attempt, in milliseconds.",
    }),
    queue: z.int().min(1).max(10_000).default(1_000).meta({
      description: "Messages that wait at once; more are dropped and counted.",
    }),
  })
  .superRefine((notify, context) => {
    const say = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if ((notify.url === undefined) === (notify.command === undefined))
      say("url", "give either url or command");
    if (notify.secret_file === undefined && notify.secret_env === undefined)
      say("secret_file", "is needed (or secret_env): every message is signed");
  });

/** Where notifications go, every default filled in. */
export type NotifyConfig = z.output<typeof notifySchema>;
