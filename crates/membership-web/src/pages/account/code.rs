//! Type the code of a letter in the place of the personal link it stands for (S4.8). Right or wrong, the link stays unspent.

use axum::extract::State;
use axum::response::Response;
use membership_core::refusal::Refusal;
use secrecy::ExposeSecret;

use crate::answer::{Answer, html};
use crate::form::{Field, Posted, Problems};
use crate::link_cookie::JOIN;
use crate::pages::account::form_page::{Button, FormPage};
use crate::stop::or_refusal;
use crate::visit::Visit;
use crate::web::Web;

/// Where it is: short, for it is typed from a letter.
pub(crate) const PATH: &str = "/code";

/// The longest text that may be a code, in characters: whoever types it may put anything between the digits.
const LONGEST: usize = 40;

/// Asks for the code.
pub(crate) async fn show(visit: Visit) -> Answer {
    Ok(form(&visit, None, &Problems::none(visit.words)))
}

/// Goes on to the page where the login is set up.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    match or_refusal(web.accounts.open_set_up_code(posted.text("code"), visit.request()).await)? {
        Ok(link) => Ok(JOIN.take(&web, link.expose_secret())),
        Err(refusal @ (Refusal::UnknownCode | Refusal::Invalid(_))) => {
            let mut problems = Problems::none(visit.words);
            problems.add_to("code", &refusal);
            Ok(form(visit, Some(&posted), &problems))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn form(visit: &Visit, posted: Option<&Posted>, problems: &Problems) -> Response {
    let words = visit.words;
    let field = Field::line("code", words.t("field-typed-code"))
        .with(posted.map_or("", |posted| posted.text("code")))
        .hinted(words.t("hint-typed-code"))
        .at_most(LONGEST)
        .judged(problems);
    let page = FormPage {
        page: visit.page(words.t("code-title")).with_problem(problems.summary()),
        lead: words.t("code-lead"),
        action: PATH,
        fields: vec![field],
        buttons: Button::only(words.t("code-submit")),
    };
    html(problems.status(), &page)
}
