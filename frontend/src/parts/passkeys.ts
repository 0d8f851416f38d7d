// Passkeys. A form with data-passkey="create" holds what the browser needs in data-options; one with data-passkey="get" asks
// the address in data-options for it. The browser's answer is sent in the field "credential". What is in .passkey is shown to
// browsers that can do it, and .passkey-none to the others.
import { each } from "./each";

type Options = PublicKeyCredentialCreationOptionsJSON & PublicKeyCredentialRequestOptionsJSON;
const can = typeof PublicKeyCredential !== "undefined" && "parseRequestOptionsFromJSON" in PublicKeyCredential;

each<HTMLElement>(".passkey", (part) => (part.hidden = !can));
each<HTMLElement>(".passkey-none", (part) => (part.hidden = can));

async function ask(form: HTMLFormElement): Promise<Credential | null> {
  const where = form.dataset.options ?? "";
  if (form.dataset.passkey === "create") {
    const options: Options = JSON.parse(where);
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  const token = form.querySelector<HTMLInputElement>("[name=csrf_token]")?.value ?? "";
  const answer = await fetch(where, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok) throw new Error(String(answer.status));
  const options: Options = await answer.json();
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

each<HTMLFormElement>("form[data-passkey]", (form) => {
  const field = form.querySelector<HTMLInputElement>("[name=credential]");
  const failed = form.querySelector<HTMLElement>("[data-passkey-failed]");
  if (!field || !failed) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const made = (await ask(form)) as PublicKeyCredential | null;
      if (!made) throw new Error("nothing");
      field.value = JSON.stringify(made.toJSON());
      form.submit(); // past this listener
    } catch {
      failed.hidden = false; // the person said no, or it took too long
      failed.focus();
    }
  });
});
