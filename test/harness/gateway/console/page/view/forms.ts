/** What somebody wrote into a form. */
export interface FormFields {
  text(name: string): string;
  /** undefined where nothing was written. */
  number(name: string): number | undefined;
}

/** Hands the fields of a form over, in place of sending it. */
export function onSubmit(take: (fields: FormFields) => void): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(data.get(name) ?? "").trim();
    take({ text, number: (name) => (text(name) === "" ? undefined : Number(text(name))) });
  };
}
