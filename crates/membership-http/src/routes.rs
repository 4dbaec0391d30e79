//! Every operation of the API, one a file; the OpenAPI document is made of the same list.

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::call::Shared;

mod groups;
mod imports;
mod invitations;
mod keys;
mod login_links;
mod me;
mod members;
mod operator;
mod organizations;
mod password_resets;
mod programs;
mod records;
mod roster;
mod seats;
mod sessions;
mod set_up_codes;
mod set_up_links;
mod sign_ins;
mod templates;
mod users;

/// The routes below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<Shared> {
    people().merge(organization()).merge(attendance()).merge(record()).merge(invitation()).merge(operator())
}

fn people() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(users::sign_up::sign_up))
        .routes(routes!(users::verify::verify))
        .routes(routes!(sign_ins::create::create))
        .routes(routes!(sign_ins::second_factor::second_factor))
        .routes(routes!(sign_ins::passkey_challenge::passkey_challenge))
        .routes(routes!(sign_ins::passkey::ask_any_passkey))
        .routes(routes!(sign_ins::passkey::sign_in_by_passkey))
        .routes(routes!(sign_ins::list::list, sign_ins::end_others::end_others))
        .routes(routes!(sign_ins::end::end))
        .routes(routes!(sign_ins::end_one::end_one))
        .routes(routes!(login_links::request::request))
        .routes(routes!(login_links::redeem::redeem))
        .routes(routes!(password_resets::request::request))
        .routes(routes!(password_resets::redeem::redeem))
        .routes(routes!(me::read::read, me::update::update))
        .routes(routes!(me::memberships::memberships))
        .routes(routes!(me::invitations::invitations))
        .routes(routes!(me::accept::accept))
        .routes(routes!(me::password::password))
        .routes(routes!(me::identities::list::list))
        .routes(routes!(me::identities::unlink::unlink))
        .routes(routes!(me::second_factor::read::read))
        .routes(routes!(me::second_factor::proof::proof))
        .routes(routes!(me::second_factor::enrol::enrol, me::second_factor::remove::remove))
        .routes(routes!(me::second_factor::confirm::confirm))
        .routes(routes!(me::second_factor::codes::codes))
        .routes(routes!(me::second_factor::proof_challenge::proof_challenge))
        .routes(routes!(me::second_factor::add_passkey::add_passkey))
        .routes(routes!(me::second_factor::offer_passkey::offer_passkey))
        .routes(routes!(me::second_factor::remove_passkey::remove_passkey))
        .routes(routes!(me::emails::add::add))
        .routes(routes!(me::emails::verify::verify))
        .routes(routes!(me::emails::make_primary::make_primary))
        .routes(routes!(me::emails::remove::remove))
}

fn organization() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(organizations::found::found))
        .routes(routes!(organizations::read::read, organizations::customize::customize, organizations::delete::delete))
        .routes(routes!(organizations::transfer::transfer))
        .routes(routes!(organizations::leave::leave))
        .routes(routes!(organizations::policy::policy, organizations::change_policy::change_policy))
        .routes(routes!(organizations::subscription::subscription))
        .routes(routes!(organizations::events::events))
        .routes(routes!(organizations::backup::backup))
        .routes(routes!(templates::list::list))
        .routes(routes!(templates::read::read, templates::put::put, templates::reset::reset))
        .routes(routes!(templates::preview::preview))
        .routes(routes!(keys::create::create, keys::list::list))
        .routes(routes!(keys::revoke::revoke))
        .routes(routes!(members::create::create, members::list::list))
        .routes(routes!(imports::create::create))
        .routes(routes!(imports::template::template))
        .routes(routes!(imports::list::list))
        .routes(routes!(imports::read::read))
        .routes(routes!(imports::result::result))
        .routes(routes!(imports::undo::undo))
        .routes(routes!(members::read::read, members::update::update, members::remove::remove))
        .routes(routes!(members::export::export))
        .routes(routes!(members::login::login))
        .routes(routes!(members::set_up_link::set_up_link))
        .routes(routes!(members::sign_out::sign_out))
        .routes(routes!(members::suspend::suspend, members::reactivate::reactivate))
        .routes(routes!(members::allocate_seat::allocate_seat, members::release_seat::release_seat))
        .routes(routes!(roster::read_roster::read_roster))
        .routes(routes!(roster::report::report))
        .routes(routes!(roster::export_report::export_report))
        .routes(routes!(roster::rounds::rounds, roster::start_round::start_round))
        .routes(routes!(roster::clears::clears, roster::clear_logins::clear_logins))
        .routes(routes!(roster::undo_clear::undo_clear))
        .routes(routes!(seats::allocate::allocate))
        .routes(routes!(seats::waiting::waiting))
        .routes(routes!(seats::when_full::when_full))
}

fn record() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(organizations::access_checks::access_checks))
        .routes(routes!(records::list::list))
        .routes(routes!(records::read::read, records::put::put, records::remove::remove))
        .routes(routes!(records::share::share, records::unshare::unshare))
        .routes(routes!(records::share::share_with_group, records::unshare::unshare_with_group))
}

fn attendance() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(groups::create::create, groups::list::list))
        .routes(routes!(groups::export::export))
        .routes(routes!(groups::read::read, groups::update::update, groups::delete::delete))
        .routes(routes!(groups::addresses::addresses))
        .routes(routes!(groups::members::members))
        .routes(routes!(groups::add_member::add_member, groups::remove_member::remove_member))
        .routes(routes!(programs::create::create, programs::list::list))
        .routes(routes!(programs::read::read, programs::replace::replace, programs::delete::delete))
        .routes(routes!(sessions::create::create, sessions::list::list))
        .routes(routes!(sessions::read::read, sessions::replace::replace, sessions::delete::delete))
        .routes(routes!(sessions::enrol::enrol, sessions::enrolments::enrolments))
        .routes(routes!(sessions::withdraw_member::withdraw_member))
        .routes(routes!(sessions::withdraw_group::withdraw_group))
}

fn invitation() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(invitations::create::create, invitations::list::list))
        .routes(routes!(invitations::batch::batch))
        .routes(routes!(invitations::read::read, invitations::revoke::revoke))
        .routes(routes!(invitations::resend::resend))
        .routes(routes!(invitations::link::link))
        .routes(routes!(invitations::inspect::inspect))
        .routes(routes!(invitations::accept::accept))
        .routes(routes!(invitations::register::register))
        .routes(routes!(invitations::decline::decline))
        .routes(routes!(set_up_codes::open::open))
        .routes(routes!(set_up_links::inspect::inspect))
        .routes(routes!(set_up_links::redeem::redeem))
}

fn operator() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(operator::found::found, operator::list::list))
        .routes(routes!(operator::read::read))
        .routes(routes!(operator::subscription::subscription))
        .routes(routes!(operator::owner::owner))
        .routes(routes!(operator::owner_invitation::owner_invitation))
        .routes(routes!(operator::keys::create::create, operator::keys::list::list))
        .routes(routes!(operator::keys::revoke::revoke))
        .routes(routes!(operator::second_factors::second_factors))
}
