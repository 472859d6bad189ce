// Passkeys: asks the server what to ask, asks the device, and sends what that answers.
{
  const key = self.PublicKeyCredential;
  for (const form of key?.parseRequestOptionsFromJSON ? document.querySelectorAll("[data-passkey]") : []) {
    form.hidden = false;
    form.addEventListener("submit", async e => {
      e.preventDefault();
      const trouble = form.querySelector("[role=alert]"), button = form.querySelector("button");
      trouble.textContent = "";
      button.disabled = true;
      try {
        const answer = await fetch(form.dataset.passkey, {method: "POST", body: new URLSearchParams(new FormData(form))});
        const {wrong, make, sign} = await answer.json();
        if (wrong) throw {wrong};
        const made = make
          ? await navigator.credentials.create({publicKey: key.parseCreationOptionsFromJSON(make)})
          : await navigator.credentials.get({publicKey: key.parseRequestOptionsFromJSON(sign)});
        form.elements.answer.value = JSON.stringify(made);
        form.submit();
      } catch (err) {
        trouble.textContent = err.wrong ?? form.dataset.failed;
        button.disabled = false;
      }
    });
  }
}
