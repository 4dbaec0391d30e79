//! What the pages stand on, and under which addresses they are found.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use membership_core::port::{IdentityProviders, Mailbox};
use membership_core::service::{Accounts, Memberships};
use membership_http::identity::CookieRules;
use membership_http::{Evenly, LONGEST_IMPORT_FORM, Limits};
use secrecy::SecretString;
use tower_http::compression::CompressionLayer;

use crate::pages::{
    account, attending, importing, invitation, mailbox, operator, organization, organizations, records,
};
use crate::stop::Stop;
use crate::{assets, spoken, theme, visit};

/// The longest form, in bytes: a pasted list of addresses with a message fits many times over.
pub(crate) const LONGEST_FORM: usize = 256 * 1024;

/// What the pages are served from. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    /// The people, and through them the organizations.
    pub accounts: Accounts,
    /// The origin under which the pages are reached, such as `https://members.example.org`. Links are made of it and
    /// never of a request's `Host`.
    pub public_url: String,
    /// The development mailbox, shown at `/dev/mailbox`; `Some` only while no mail server is configured.
    pub mailbox: Option<Arc<dyn Mailbox>>,
    /// The identity providers by which people can sign in, if there are any.
    pub elsewhere: Option<Elsewhere>,
    /// What guessing and flooding are slowed down by, shared with the API.
    pub limits: Limits,
    /// When answers leave whose timing could tell who has an account; the same as the API's.
    pub evenly: Evenly,
    /// Whom to ask for more seats or time: an address or the address of a page, as people are shown it.
    pub operator_contact: Option<String>,
}

/// Identity providers, and what their browsers' cookies are sealed by.
#[derive(Clone)]
pub struct Elsewhere {
    /// The providers.
    pub providers: Arc<dyn IdentityProviders>,
    /// A secret that the servers of one deployment share.
    pub secret: SecretString,
}

impl Web {
    /// The service that decides about organizations.
    pub(crate) fn memberships(&self) -> &Memberships {
        self.accounts.memberships()
    }

    /// How cookies are named and protected here.
    pub(crate) fn cookies(&self) -> CookieRules {
        CookieRules::for_origin(&self.public_url)
    }

    /// The full address of a local path.
    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.trim_end_matches('/'))
    }
}

/// All pages, with their stylesheet. Reading any of them changes nothing; whatever changes something is a `POST`.
///
/// The router answers unknown addresses with a page of its own; merge it with others that have no fallback.
pub fn pages(web: Web) -> Router {
    let shown = Router::new()
        .merge(account_pages())
        .merge(organization_pages())
        .merge(attending_pages())
        .merge(importing_pages())
        .merge(record_pages())
        .route("/", get(organizations::home))
        .route("/theme", get(theme::back).post(theme::choose))
        .route("/language", get(theme::back).post(spoken::choose))
        .route("/i/{link}", get(invitation::take_link))
        .route("/invitation", get(invitation::show).post(invitation::accept))
        .route("/invitation/with/{provider}", get(invitation::back).post(account::elsewhere::depart_to_accept))
        .route("/invitation/registered", get(invitation::registered))
        .route("/invitation/decline", get(invitation::back).post(invitation::decline))
        .route("/invitation/declined", get(invitation::declined))
        .merge(operator_pages())
        .route("/dev/mailbox", get(mailbox::show))
        .route("/dev/mailbox.json", get(mailbox::json))
        .route("/dev/mailbox/{file}", get(mailbox::html_part))
        .fallback(async || Stop::NotFound)
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(from_fn_with_state(web.clone(), visit::around))
        .with_state(web);
    Router::new().route("/assets/{file}", get(assets::serve)).merge(shown).layer(CompressionLayer::new())
}

fn account_pages() -> Router<Web> {
    use account::{
        addresses, by_link, code, elsewhere, forgot, join, password, profile, set_up, sign_in, sign_ins, sign_up,
        verify,
    };
    Router::new()
        .route("/set-up", get(set_up::show).post(set_up::act))
        .route("/set-up/{link}", get(set_up::take_link))
        .route("/sign-in", get(sign_in::show).post(sign_in::act))
        .route("/sign-in/passkey", get(elsewhere::back).post(sign_in::by_passkey))
        .merge(security_pages())
        .route("/sign-in/with/{provider}", get(elsewhere::back).post(elsewhere::depart))
        .route("/sign-in/back/{provider}", get(elsewhere::arrive))
        .route("/identities", get(elsewhere::show).post(elsewhere::unlink))
        .route("/identities/with/{provider}", get(elsewhere::back).post(elsewhere::depart_to_link))
        .route("/sign-out", get(sign_in::back).post(sign_in::sign_out))
        .route("/sign-up", get(sign_up::show).post(sign_up::act))
        .route("/sign-up/sent", get(sign_up::sent))
        .route("/verify", get(verify::show).post(verify::act))
        .route("/verify/{link}", get(verify::take_link))
        .route("/profile", get(profile::show).post(profile::act))
        .route("/profile/addresses", get(addresses::back).post(addresses::act))
        .route("/profile/sign-ins", get(sign_ins::show).post(sign_ins::act))
        .route("/password", get(password::show).post(password::act))
        .route("/forgot-password", get(forgot::show).post(forgot::act))
        .route("/forgot-password/sent", get(forgot::sent))
        .route(code::PATH, get(code::show).post(code::act))
        .route("/join", get(join::show).post(join::act))
        .route("/join/username", get(join::check))
        .route("/join/{link}", get(join::take_link))
        .route("/login", get(by_link::show_login).post(by_link::login))
        .route("/login/{link}", get(by_link::take_login))
        .route("/reset", get(by_link::show_reset).post(by_link::reset))
        .route("/reset/{link}", get(by_link::take_reset))
        .route("/confirm", get(addresses::show).post(addresses::confirm))
        .route("/confirm/{link}", get(addresses::take_link))
}

fn security_pages() -> Router<Web> {
    use account::{authenticator, passkey, proof, second_factor, security};
    Router::new()
        .route(second_factor::PATH, get(second_factor::show).post(second_factor::act))
        .route(proof::PATH, get(proof::show).post(proof::act))
        .route(security::PATH, get(security::show))
        .route(passkey::PATH, get(passkey::show).post(passkey::act))
        .route(authenticator::PATH, get(authenticator::show).post(authenticator::act))
        .route("/profile/security/codes", get(security::ask_codes).post(security::make_codes))
        .route("/profile/security/remove/{factor}", get(security::ask_removal).post(security::remove))
}

fn organization_pages() -> Router<Web> {
    use organization::{
        add_member, clear_logins, invitation_action, invitations, invite, keys, leave, log, member, member_action,
        members, new_key, overview, roster, roster_report, seats, settings, several, subscription, template_preview,
        templates,
    };
    Router::new()
        .route("/organizations", get(organizations::list))
        .route("/organizations/accept", get(organizations::back).post(organizations::accept))
        .route("/organizations/new", get(organizations::ask_new).post(organizations::found))
        .route("/organizations/{organization}", get(overview::show))
        .route("/organizations/{organization}/add-member", get(add_member::show).post(add_member::act))
        .route("/organizations/{organization}/members", get(members::show))
        .route("/organizations/{organization}/members.csv", get(members::export))
        .route("/organizations/{organization}/members/several", get(several::back_to_members).post(several::members))
        .route(
            "/organizations/{organization}/invitations/several",
            get(several::back_to_invitations).post(several::invitations),
        )
        .route("/organizations/{organization}/members/{member}", get(member::show))
        .route("/organizations/{organization}/invitations", get(invitations::show))
        .route(
            "/organizations/{organization}/members/{member}/{action}",
            get(member_action::ask).post(member_action::act),
        )
        .route("/organizations/{organization}/keys", get(keys::show))
        .route("/organizations/{organization}/keys/new", get(new_key::show).post(new_key::act))
        .route("/organizations/{organization}/keys/{key}/revoke", get(keys::ask).post(keys::revoke))
        .route("/organizations/{organization}/leave", get(leave::ask).post(leave::act))
        .route("/organizations/{organization}/invite", get(invite::show).post(invite::act))
        .route(
            "/organizations/{organization}/invitations/{invitation}/{action}",
            get(invitation_action::ask).post(invitation_action::act),
        )
        .route("/organizations/{organization}/roster", get(roster::show).post(roster::act))
        .route("/organizations/{organization}/roster/clear-logins", get(clear_logins::ask).post(clear_logins::act))
        .route(
            "/organizations/{organization}/roster/clear-logins/{clear}/undo",
            get(clear_logins::ask_undo).post(clear_logins::undo),
        )
        .route("/organizations/{organization}/roster/report", get(roster_report::show))
        .route("/organizations/{organization}/roster/report.csv", get(roster_report::export))
        .route("/organizations/{organization}/seats", get(seats::show).post(seats::allocate))
        .route("/organizations/{organization}/seats/when-full", get(seats::back).post(seats::set_when_full))
        .route("/organizations/{organization}/subscription", get(subscription::show))
        .route("/organizations/{organization}/settings", get(settings::show))
        .route("/organizations/{organization}/settings/name", get(settings::back).post(settings::rename))
        .route("/organizations/{organization}/settings/looks", get(settings::back).post(settings::customize))
        .route(
            "/organizations/{organization}/settings/second-factor",
            get(settings::back).post(settings::ask_second_factor),
        )
        .route("/organizations/{organization}/settings/delete", get(settings::back).post(settings::delete))
        .route("/organizations/{organization}/log", get(log::show))
        .route("/organizations/{organization}/templates", get(templates::list))
        .route("/organizations/{organization}/templates/{kind}/{language}", get(templates::show).post(templates::save))
        .route(
            "/organizations/{organization}/templates/{kind}/{language}/reset",
            get(templates::ask_reset).post(templates::reset),
        )
        .route(
            "/organizations/{organization}/templates/{kind}/{language}/preview",
            get(template_preview::show).post(template_preview::act),
        )
}

fn operator_pages() -> Router<Web> {
    use operator::{found, keys, list, organization};
    Router::new()
        .route(operator::PATH, get(list::show))
        .route("/operator/organizations", get(operator::back))
        .route("/operator/organizations/new", get(found::show).post(found::act))
        .route("/operator/organizations/{organization}", get(organization::show))
        .route("/operator/organizations/{organization}/subscription", get(organization::back).post(organization::sell))
        .route("/operator/organizations/{organization}/owner", get(organization::back).post(organization::reassign))
        .route(
            "/operator/organizations/{organization}/owner-invitation",
            get(organization::back).post(organization::invite_owner),
        )
        .route("/operator/keys", get(keys::show))
        .route("/operator/keys/new", get(keys::ask_new).post(keys::make))
        .route("/operator/keys/{key}/revoke", get(keys::ask_revocation).post(keys::revoke))
}

fn attending_pages() -> Router<Web> {
    use attending::{group, groups, program, programs, session};
    let of = |path: &str| format!("/organizations/{{organization}}{path}");
    Router::new()
        .route(&of("/groups"), get(groups::show).post(groups::create))
        .route(&of("/groups.csv"), get(groups::export))
        .route(&of("/groups/{group}"), get(group::show))
        .route(&of("/groups/{group}/name"), get(group::back).post(group::rename))
        .route(&of("/groups/{group}/addresses"), get(group::back).post(group::add_addresses))
        .route(&of("/groups/{group}/members"), get(group::back).post(group::set_member))
        .route(&of("/groups/{group}/delete"), get(group::ask_delete).post(group::delete))
        .route(&of("/members/{member}/groups"), get(group::back_to_member).post(group::join))
        .route(&of("/programs"), get(programs::show).post(programs::create))
        .route(&of("/programs/{program}"), get(program::show).post(program::change))
        .route(&of("/programs/{program}/sessions"), get(program::back).post(program::add_session))
        .route(&of("/programs/{program}/delete"), get(program::ask_delete).post(program::delete))
        .route(&of("/sessions/{session}"), get(session::show).post(session::change))
        .route(&of("/sessions/{session}/enrolments"), get(session::back).post(session::enrol))
        .route(&of("/sessions/{session}/withdrawals"), get(session::back).post(session::withdraw))
        .route(
            &of("/sessions/{session}/groups/{group}/withdrawal"),
            get(session::ask_withdraw_group).post(session::withdraw_group),
        )
        .route(&of("/sessions/{session}/delete"), get(session::ask_delete).post(session::delete))
}

fn importing_pages() -> Router<Web> {
    use importing::{begin, progress, undo};
    let of = |path: &str| format!("/organizations/{{organization}}/members{path}");
    let taking_files = post(begin::act).layer(DefaultBodyLimit::max(LONGEST_IMPORT_FORM));
    Router::new()
        .route(&of("/import"), get(begin::show).merge(taking_files))
        .route(&of("/import-template.csv"), get(begin::template))
        .route(&of("/imports/{import}"), get(progress::show))
        .route(&of("/imports/{import}/result.csv"), get(progress::result))
        .route(&of("/imports/{import}/undo"), get(undo::ask).post(undo::act))
}

fn record_pages() -> Router<Web> {
    use records::{list, record, sharing};
    let of = |path: &str| format!("/organizations/{{organization}}/records{path}");
    Router::new()
        .route(&of(""), get(list::show))
        .route(&of("/{type}/{record}"), get(record::show))
        .route(&of("/{type}/{record}/restriction"), get(record::back).post(record::restrict))
        .route(&of("/{type}/{record}/remove"), get(record::ask_removal).post(record::remove))
        .route(&of("/{type}/{record}/shares"), get(record::back).post(sharing::share))
        .route(&of("/{type}/{record}/shares/end"), get(record::back).post(sharing::end))
}
