import { defined } from "../../../common/defined.ts";
import type { Item } from "../../attributes/item.ts";
import { rotationDetails } from "../../attributes/item.ts";
import {
  DeclarationError,
  Duration,
  PasswordPolicy,
  RotateAfterDisconnect,
  RotationSchedule,
  SecureRemoteAccess,
  type SessionProps,
  type WebAccessMode,
} from "../../constructs/index.ts";
import { type Expression, object, type ValueTypes } from "./expression.ts";

/**
 * The value types that come closest to a live item. Where the constructs refuse what is live (a
 * page without https, a policy that no password can meet), the property is left out; the caller
 * finds what is missing by comparison.
 */
export function valueTypes(item: Item): ValueTypes {
  const passwordPolicy = allowed(() => policy(item));
  const secureRemoteAccess = allowed(() => access(item));
  return {
    schedule: allowed(() => schedule(item)) ?? manual,
    ...defined({
      passwordPolicy,
      secureRemoteAccess,
    }),
  };
}

const manual: Expression<RotationSchedule> = {
  code: "RotationSchedule.manual()",
  value: RotationSchedule.manual(),
  uses: ["RotationSchedule"],
};

function schedule(item: Item): Expression<RotationSchedule> | undefined {
  const { rotation_hour, rotation_interval_min: inMinutes } = rotationDetails(item);
  const amount = item.rotation_interval;
  if (!item.auto_rotate || !amount) return undefined;
  const interval = inMinutes ? Duration.minutes(amount) : Duration.days(amount);
  const days = (item.item_general_info?.next_rotation_events ?? []).flatMap(({ seconds_before }) =>
    seconds_before ? seconds_before / 86_400 : [],
  );
  const options = {
    ...defined({
      atHourUtc: rotation_hour && !inMinutes ? rotation_hour : undefined,
      announceDaysBefore: days.length > 0 ? days : undefined,
    }),
  };
  const duration = `Duration.${inMinutes ? "minutes" : "days"}(${amount})`;
  return {
    code: `RotationSchedule.every(${[duration, ...(Object.keys(options).length > 0 ? [object(options)] : [])].join(", ")})`,
    value: RotationSchedule.every(interval, options),
    uses: ["RotationSchedule", "Duration"],
  };
}

function policy(item: Item): Expression<PasswordPolicy> | undefined {
  const live = item.item_general_info?.password_policy;
  if (!rotationDetails(item).enable_custom_password_policy || !live) return undefined;
  const props = {
    ...defined({ length: live.password_length || undefined }),
    lowercase: live.use_lower_letters ?? true,
    uppercase: live.use_capital_letters ?? true,
    numbers: live.use_numbers ?? true,
    symbols: live.use_special_characters ?? true,
  };
  return {
    code: `new PasswordPolicy(${object(props)})`,
    value: new PasswordPolicy(props),
    uses: ["PasswordPolicy"],
  };
}

function access(item: Item): Expression<SecureRemoteAccess> | undefined {
  const live = item.item_general_info?.secure_remote_access_details;
  if (!live?.enable) return undefined;
  const after = afterDisconnect(
    live.rotate_after_disconnect,
    live.rotate_after_disconnect_delay_mins,
  );
  const make = <Props extends SessionProps>(
    kind: string,
    factory: (props: Props) => SecureRemoteAccess,
    props: Props,
  ): Expression<SecureRemoteAccess> => {
    const session = after ? `, rotateAfterDisconnect: ${after.code} }` : " }";
    return {
      code: `SecureRemoteAccess.${kind}(${object(props).replace(/ \}$/, () => session)})`,
      value: factory({
        ...props,
        ...defined({ rotateAfterDisconnect: after?.value }),
      }),
      uses: ["SecureRemoteAccess", ...(after?.uses ?? [])],
    };
  };
  const hosts = live.host ?? [];
  if (live.is_web || live.web_proxy || live.isolated) {
    const mode: WebAccessMode = live.web_proxy ? "proxy" : live.isolated ? "isolated" : "direct";
    return make("web", SecureRemoteAccess.web, { url: live.url ?? "", mode });
  }
  if (live.domain || live.rdp_user || live.allow_providing_external_username) {
    return make("rdp", SecureRemoteAccess.rdp, {
      hosts,
      ...defined({
        domain: live.domain || undefined,
        user: live.rdp_user || undefined,
        allowExternalUser: live.allow_providing_external_username ? true : undefined,
      }),
    });
  }
  return make("ssh", SecureRemoteAccess.ssh, {
    hosts,
    ...defined({
      certificateIssuer: live.bastion_issuer || undefined,
      user: live.ssh_user || undefined,
    }),
  });
}

function afterDisconnect(
  rotates: boolean | null | undefined,
  minutes: number | null | undefined,
): Expression<RotateAfterDisconnect> | undefined {
  if (!rotates) return undefined;
  if (!minutes) {
    return {
      code: "RotateAfterDisconnect.immediately()",
      value: RotateAfterDisconnect.immediately(),
      uses: ["RotateAfterDisconnect"],
    };
  }
  return {
    code: `RotateAfterDisconnect.after(Duration.minutes(${minutes}))`,
    value: RotateAfterDisconnect.after(Duration.minutes(minutes)),
    uses: ["RotateAfterDisconnect", "Duration"],
  };
}

function allowed<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof DeclarationError) return undefined;
    throw error;
  }
}
