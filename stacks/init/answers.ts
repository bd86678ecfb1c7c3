import * as z from "zod";
import { gatewayAddressProblem } from "../../common/gateway-address.ts";

const CI = ["github", "gitlab", "none"] as const;
const LIBRARIES = ["cdktf", "cdktn"] as const;

/** What the new project is about. */
export interface ProjectAnswers {
  /** The application, as the rotator's configuration and the payload name it. */
  readonly system: string;
  /** The account that is rotated. */
  readonly username: string;
  /** A shipped recipe, or `own` for a file to fit to the application. */
  readonly recipe: string;
  /** API address of the gateway. */
  readonly gateway: string;
  /** Where the gateway finds the rotator. */
  readonly rotatorUrl: string;
  /** Where the rotator finds the application. */
  readonly origin: string;
  /** `github`, `gitlab` or `none`. */
  readonly ci: string;
  /** `cdktf` or `cdktn`. */
  readonly library: string;
}

/** One thing that `init` wants to know. */
export interface Question {
  readonly name: keyof ProjectAnswers;
  /** What a person at a terminal is asked; absent for what only a flag gives. */
  readonly ask?: string;
  readonly fallback: (known: Partial<ProjectAnswers>) => string;
  readonly schema: z.ZodType<string>;
}

const url = (path: boolean) =>
  z.string().refine(
    (text) => {
      const given = URL.canParse(text) ? new URL(text) : undefined;
      return (
        given?.protocol === "https:" &&
        !given.username &&
        !given.search &&
        !given.hash &&
        /^[\w.:/[\]-]+$/.test(text) &&
        (path || given.pathname === "/")
      );
    },
    `give an address such as https://app.internal.example.com${path ? ":8443/rotate" : ""}`,
  );

/** Everything that can be told, in the order in which it is asked. */
export function questions(recipes: readonly string[]): readonly Question[] {
  return [
    {
      name: "system",
      ask: "What is the application called?",
      fallback: () => "warehouse",
      schema: z
        .string()
        .regex(
          /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
          "use small letters, digits and single dashes, beginning with a letter",
        )
        .max(40),
    },
    {
      name: "username",
      ask: "Which account of it is rotated?",
      fallback: ({ system }) => `svc-${system}`,
      schema: z
        .string()
        .regex(
          /^[A-Za-z0-9][\w.@+-]{0,99}$/,
          "use letters, digits, and ._@+- (other names: edit the files afterwards)",
        ),
    },
    {
      name: "recipe",
      ask: `Which product is it? own, or one of ${recipes.join(", ")}`,
      fallback: () => "own",
      schema: z.enum(["own", ...recipes], `give own, or one of ${recipes.join(", ")}`),
    },
    {
      name: "gateway",
      ask: "What is the API address of your gateway?",
      fallback: () => "https://gateway.internal.example.com:8081",
      schema: url(true).refine(
        (text) => !URL.canParse(text) || gatewayAddressProblem(new URL(text)) === undefined,
        "give the API of a gateway: port 8081, 8080 with /v2, or 8000 with /api/v2",
      ),
    },
    {
      name: "rotatorUrl",
      ask: "Where will the gateway find the rotator?",
      fallback: () => "https://rotator.internal.example.com:8443/rotate",
      schema: url(true).refine(
        (text) => !URL.canParse(text) || new URL(text).pathname !== "/",
        "end it in the path that the rotator serves, such as /rotate",
      ),
    },
    {
      name: "origin",
      fallback: ({ system }) => `https://${system}.internal.example.com`,
      schema: url(false),
    },
    {
      name: "ci",
      fallback: () => "github",
      schema: z.enum(CI, `give ${CI.join(", ")}`),
    },
    {
      name: "library",
      fallback: () => "cdktf",
      schema: z.enum(LIBRARIES, `give ${LIBRARIES.join(" or ")}`),
    },
  ];
}
