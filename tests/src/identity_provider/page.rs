//! The page at which a person signs in at the provider, for tests in a real browser.

use std::collections::HashMap;

use axum::extract::{Form, RawQuery, State};
use axum::response::{Html, Redirect};

use super::{IdentityProvider, Person};

/// Asks who it is, and whether they want to go on.
pub(super) async fn ask(RawQuery(asked): RawQuery) -> Html<String> {
    let asked = asked.unwrap_or_default().replace('&', "&amp;");
    Html(format!(
        "<!doctype html><html lang=\"en\"><title>The provider</title><main><h1>Sign in at the provider</h1>
         <form method=\"post\"><input type=\"hidden\" name=\"asked\" value=\"{asked}\">
         <label for=\"name\">Your name there</label> <input id=\"name\" name=\"name\">
         <button name=\"answer\" value=\"allow\">Allow</button>
         <button name=\"answer\" value=\"refuse\">Refuse</button></form></main></html>"
    ))
}

/// Leads back, as somebody or as nobody.
pub(super) async fn answer(
    State(provider): State<IdentityProvider>,
    Form(form): Form<HashMap<String, String>>,
) -> Redirect {
    let address = format!("{}/authorize?{}", provider.issuer, form["asked"]);
    let back = match form["answer"].as_str() {
        "allow" => provider.leads_back(&address, &Person::new(&form["name"])),
        _ => provider.refuses(&address),
    };
    Redirect::to(back.as_str())
}
