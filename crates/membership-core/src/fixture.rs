//! Facts for the table tests of commands: one organization of each kind, with people whose ids are small numbers.

use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::command::{Command, Found, Offer};
use crate::draft::{Actor, Decision};
use crate::email::EmailAddress;
use crate::event::Event;
use crate::facts::Facts;
use crate::id::{InvitationId, MemberId, OrganizationId, UserId};
use crate::invitation::{Channel, Delivery, Invitation, InvitationState, Inviter};
use crate::language::Language;
use crate::member::{Member, MemberStatus};
use crate::name::{OrganizationName, PersonName};
use crate::person::Person;
use crate::preset::Preset;
use crate::refusal::Refusal;
use crate::role::RoleKey;

pub const NOW: OffsetDateTime = datetime!(2026-03-01 12:00 UTC);
pub const ORGANIZATION: OrganizationId = OrganizationId(Uuid::from_u128(1));
/// The owner of every fixture.
pub const OWNER: u128 = 10;

pub fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

pub fn member(number: u128) -> MemberId {
    MemberId(Uuid::from_u128(0x1_0000 + number))
}

pub fn invitation(number: u128) -> InvitationId {
    InvitationId(Uuid::from_u128(0x2_0000 + number))
}

pub fn by(number: u128) -> Actor {
    Actor::User(user(number))
}

pub fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn role(key: &str) -> RoleKey {
    RoleKey::parse(key).unwrap()
}

pub fn person(number: u128) -> Person {
    Person {
        user: user(number),
        name: PersonName::parse(&format!("Person {number}")).unwrap(),
        verified: vec![email(&format!("p{number}@example.org"))],
    }
}

/// An organization of a preset with its owner, as it is right after it was founded.
pub fn founded(preset: &str) -> Facts {
    let found = Found {
        id: ORGANIZATION,
        name: OrganizationName::parse("Acme").unwrap(),
        policy: Preset::named(preset).unwrap().policy().unwrap(),
        language: Language::English,
        founder: person(OWNER),
        member: member(OWNER),
        seat_limit: None,
    };
    found.decide(&Facts::nothing(NOW)).unwrap().after
}

/// Adds a member with this role.
pub fn with(mut facts: Facts, number: u128, role_key: &str) -> Facts {
    let head = facts.head.as_ref().unwrap();
    let seat = head.seats_on_joining();
    let person = person(number);
    facts.apply(&Event::MemberJoined {
        member: Member {
            id: member(number),
            user: Some(person.user),
            name: person.name,
            email: person.verified.first().cloned(),
            role: role(role_key),
            status: MemberStatus::Active,
            seat,
            joined_at: NOW,
            deactivates_at: None,
            version: 1,
        },
    });
    facts
}

/// Adds an outstanding invitation by the owner, good for seven days.
pub fn invited(mut facts: Facts, number: u128, role_key: &str) -> Facts {
    let reserves_seat = facts.head.as_ref().unwrap().seats_on_inviting();
    facts.apply(&Event::InvitationCreated {
        invitation: Invitation {
            id: invitation(number),
            email: email(&format!("p{number}@example.org")),
            role: role(role_key),
            for_owner: false,
            state: InvitationState::Pending,
            generation: 1,
            channel: Channel::Mail,
            reserves_seat,
            invited_by: Inviter::Member(member(OWNER)),
            language: Language::English,
            message: None,
            deactivates_at: None,
            created_at: NOW,
            opens_at: NOW,
            expires_at: NOW + Duration::days(7),
            settled_at: None,
            member: None,
            sends: 1,
            delivery: Delivery::Queued,
            version: 1,
        },
    });
    facts
}

/// Sets the number of seats sold.
pub fn limited(mut facts: Facts, limit: u32) -> Facts {
    facts.apply(&Event::SeatLimitSet { organization: ORGANIZATION, limit: Some(limit) });
    facts
}

/// The same facts at another time.
pub fn at(mut facts: Facts, now: OffsetDateTime) -> Facts {
    facts.now = now;
    facts
}

/// An offer to `p<number>@example.org` with everything left to the organization.
pub fn offer(number: u128, role_key: Option<&str>) -> Offer {
    Offer {
        id: invitation(number),
        email: email(&format!("p{number}@example.org")),
        role: role_key.map(role),
        language: None,
        message: None,
        opens_at: None,
        valid_days: None,
        deactivates_at: None,
        channel: Channel::Mail,
    }
}

/// The code of the refusal, or `ok`.
pub fn outcome<C: Command>(command: &C, facts: &Facts) -> &'static str {
    command.decide(facts).err().map_or("ok", |refusal| refusal.code())
}

/// The facts after a command that must not be refused.
#[track_caller]
pub fn after<R>(decision: Result<Decision<R>, Refusal>) -> Facts {
    match decision {
        Ok(decision) => decision.after,
        Err(refusal) => panic!("refused: {refusal}"),
    }
}
