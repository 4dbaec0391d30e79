//! Leave an organization, after a confirmation (S1.12).

use axum::extract::{Path, State};
use axum::response::Response;
use membership_core::id::OrganizationId;
use membership_core::view::OrganizationView;

use crate::answer::{Answer, html, see_other};
use crate::form::{Posted, Problems};
use crate::pages::organization::confirm::Confirm;
use crate::pages::organization::seen;
use crate::stop::{Stop, or_refusal};
use crate::visit::Visit;
use crate::web::Web;

/// Says what leaving means.
pub(crate) async fn ask(visit: Visit, Path(organization): Path<OrganizationId>) -> Answer {
    let view = seen(&visit, organization).await?;
    let may_leave = view.own.as_ref().is_some_and(|own| own.allowed_actions.contains(&"leave"));
    if !may_leave {
        return Err(Stop::NotAllowed);
    }
    Ok(confirm(&visit, &view, &Problems::none(visit.words)))
}

/// Leaves.
pub(crate) async fn act(State(web): State<Web>, Path(organization): Path<OrganizationId>, posted: Posted) -> Answer {
    let visit = &posted.visit;
    match or_refusal(web.memberships().leave(organization, visit.actor()?).await)? {
        Ok(()) => Ok(see_other("/organizations?done=left")),
        Err(refusal) => {
            let view = seen(visit, organization).await?;
            let mut problems = Problems::none(visit.words);
            problems.add(&refusal);
            Ok(confirm(visit, &view, &problems))
        }
    }
}

fn confirm(visit: &Visit, view: &OrganizationView, problems: &Problems) -> Response {
    let words = visit.words;
    let organization = &view.head.organization;
    let title = words.t1("leave-title", "organization", &organization.name);
    let mut consequences = vec![words.t("leave-access"), words.t("leave-back")];
    if view.own.as_ref().is_some_and(|own| own.seat) {
        consequences.push(words.t("leave-seat"));
    }
    let template = Confirm {
        page: visit.page(title).of(view, "").with_problem(problems.summary()),
        consequences,
        fields: Vec::new(),
        choices: None,
        action: format!("/organizations/{}/leave", organization.id),
        submit: words.t("leave"),
        grave: true,
        back: format!("/organizations/{}", organization.id),
    };
    html(problems.status(), &template)
}
