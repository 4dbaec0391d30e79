//! Choose a new password: because one wants to, or because the first login asks for one (S0.10).

use axum::extract::State;
use axum::response::Response;
use membership_core::refusal::Refusal;
use membership_http::Limits;

use crate::answer::{Answer, html, see_other};
use crate::form::{Field, Posted, Problems};
use crate::pages::account::form_page::{Button, FormPage};
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// The field of the present password.
pub(crate) const PRESENT: &str = "present_password";

/// Asks for the present password, if there is one, and the new one. Of whoever has a second factor the proof is asked
/// first, so that nothing is typed in vain.
pub(crate) async fn show(visit: Visit) -> Answer {
    let mine = visit.web.accounts.my_factors(visit.known()?).await?;
    if mine.factors.is_on() && !mine.fresh {
        return Err(Stop::FreshProof(visit.back));
    }
    form(&visit, &Problems::none(visit.words))
}

/// Changes it.
pub(crate) async fn act(State(web): State<Web>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    let caller = visit.known()?;
    let (present, new) = (posted.present_password(), posted.some_password());
    let changing = web.accounts.change_password(caller, present.as_ref(), &new, visit.request());
    let login = Limits::login_of_account(&caller.user);
    let tried = web.limits.sign_in(visit.client, &login, changing).await.map_err(Stop::RateLimited)?;
    let mut problems = Problems::none(visit.words);
    match or_refusal(tried)? {
        Ok(_) if caller.user.password_due => return Ok(see_other("/organizations?done=password-changed")),
        Ok(_) => return Ok(see_other("/profile?done=password-changed")),
        Err(refusal @ Refusal::WrongPassword) => problems.add_to(PRESENT, &refusal),
        Err(refusal) => problems.add(&refusal),
    }
    form(visit, &problems)
}

fn form(visit: &Visit, problems: &Problems) -> Result<Response, Stop> {
    let words = visit.words;
    let user = &visit.known()?.user;
    let shortest = visit.web.accounts.rules().shortest_password;
    let present = Field::password(words.t("field-present-password"), "current-password").named(PRESENT);
    let new = Field::password(words.t("field-new-password"), "new-password");
    let mut fields = vec![new.hinted(words.n("hint-new-password", shortest)).judged(problems)];
    if user.password.is_some() {
        fields.insert(0, present.judged(problems));
    }
    let lead = if user.password_due { "password-due-lead" } else { "password-lead" };
    let page = FormPage {
        page: visit.page(words.t("password-title")).with_problem(problems.summary()),
        lead: words.t(lead),
        action: "/password",
        fields,
        buttons: Button::only(words.t("save")),
    };
    Ok(html(problems.status(), &page))
}
