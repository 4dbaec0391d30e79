//! The limits that need nothing but the client: which operations they hold for, and what counts.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};
use membership_core::refusal::Refusal;

use super::{Limited, Limits};
use crate::problem::Problem;

/// The operations that a client which is not signed in has limits for. All are `POST`.
const GUARDED: &[(&str, Limited)] = &[
    ("/api/v1/users", Limited::Mail),
    ("/api/v1/login-links", Limited::Mail),
    ("/api/v1/password-resets", Limited::Mail),
    ("/api/v1/users/verify", Limited::UnknownLink),
    ("/api/v1/login-links/redeem", Limited::UnknownLink),
    ("/api/v1/password-resets/redeem", Limited::UnknownLink),
    ("/api/v1/me/emails/verify", Limited::UnknownLink),
    ("/api/v1/invitations/inspect", Limited::UnknownLink),
    ("/api/v1/invitations/accept", Limited::UnknownLink),
    ("/api/v1/invitations/register", Limited::UnknownLink),
    ("/api/v1/invitations/decline", Limited::UnknownLink),
    ("/api/v1/set-up-codes/open", Limited::UnknownLink),
    ("/api/v1/set-up-links/inspect", Limited::UnknownLink),
    ("/api/v1/set-up-links/redeem", Limited::UnknownLink),
];

/// Finds out which client asks, charges it for what is limited, and gives the charge back if it came to something else.
pub(crate) async fn guard(State(limits): State<Limits>, mut request: Request, next: Next) -> Response {
    let client = limits.client(request.extensions(), request.headers());
    if let Some(client) = client {
        request.extensions_mut().insert(client);
    }
    let Some(what) = limited(&request) else { return next.run(request).await };
    if let Err(limited) = limits.take(what, client) {
        return Problem::from(limited).into_response();
    }
    let response = next.run(request).await;
    if !counts(what, &response) {
        limits.give_back(what, client);
    }
    response
}

fn limited(request: &Request) -> Option<Limited> {
    let path = request.extensions().get::<MatchedPath>()?.as_str();
    let found = GUARDED.iter().find(|(guarded, _)| request.method() == Method::POST && *guarded == path)?;
    Some(found.1)
}

/// Whether an answer is what is limited: a mail that was asked for, or a link or a code that is none.
fn counts(what: Limited, response: &Response) -> bool {
    match what {
        Limited::Mail => response.status() == StatusCode::ACCEPTED,
        // People come back to a page.
        Limited::FailedReturn => false,
        Limited::UnknownLink => {
            let problem = response.extensions().get::<Problem>();
            let unknown = [Refusal::UnknownLink.code(), Refusal::UnknownCode.code()];
            problem.is_some_and(|problem| unknown.iter().any(|code| problem.code == *code))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_guarded_operation_exists_and_every_link_is_guarded() {
        let document: serde_json::Value = serde_json::from_str(&crate::openapi_json()).unwrap();
        for (path, _) in GUARDED {
            assert!(document["paths"][path]["post"].is_object(), "{path}");
        }
        let schemas_with_links =
            ["ShownLink", "ShownCode", "Acceptance", "ChosenLogin", "Verification", "PasswordReset"];
        for (path, item) in document["paths"].as_object().unwrap() {
            let body = item["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
            let name = body.and_then(|it| it.rsplit('/').next()).unwrap_or_default();
            let guarded = GUARDED.contains(&(path.as_str(), Limited::UnknownLink));
            assert_eq!(guarded, schemas_with_links.contains(&name), "{path}");
        }
    }
}
