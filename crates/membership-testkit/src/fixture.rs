//! People, addresses and organizations for tests, named by small numbers so that a failure is easy to read.

#![expect(clippy::expect_used, reason = "a fixture that cannot be made is a broken test")]

use membership_core::email::EmailAddress;
use membership_core::id::UserId;
use membership_core::identity::{Identity, Subject};
use membership_core::language::Language;
use membership_core::name::{
    GroupName, KeyName, Names, OrganizationName, PersonName, ProgramName, SessionTitle, Username,
};
use membership_core::organization::ChainEnd;
use membership_core::person::Person;
use membership_core::policy::OrganizationPolicy;
use membership_core::preset::Preset;
use membership_core::resource::ResourceName;
use membership_core::role::RoleKey;
use membership_core::user::User;
use uuid::Uuid;

use crate::clock::START;

/// An address that must be one.
///
/// # Panics
/// If it is none.
pub fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("the fixture's address is valid")
}

/// The address of person `number`.
pub fn address(number: u32) -> EmailAddress {
    email(&format!("p{number}@example.org"))
}

/// A person's name that must be one.
///
/// # Panics
/// If it is none.
pub fn name(text: &str) -> PersonName {
    PersonName::parse(text).expect("the fixture's name is valid")
}

/// A username that must be one.
///
/// # Panics
/// If it is none.
pub fn username(text: &str) -> Username {
    Username::parse(text).expect("the fixture's username is valid")
}

/// An organization's name that must be one.
///
/// # Panics
/// If it is none.
pub fn organization_name(text: &str) -> OrganizationName {
    OrganizationName::parse(text).expect("the fixture's name is valid")
}

/// A key's name that must be one.
pub fn key_name(text: &str) -> KeyName {
    KeyName::parse(text).expect("the fixture's name is valid")
}

/// A group's name that must be one.
///
/// # Panics
/// If it is none.
pub fn group_name(text: &str) -> GroupName {
    GroupName::parse(text).expect("the fixture's name is valid")
}

/// A program's name that must be one.
///
/// # Panics
/// If it is none.
pub fn program_name(text: &str) -> ProgramName {
    ProgramName::parse(text).expect("the fixture's name is valid")
}

/// A session's title that must be one.
///
/// # Panics
/// If it is none.
pub fn session_title(text: &str) -> SessionTitle {
    SessionTitle::parse(text).expect("the fixture's title is valid")
}

/// A role's name that must be one.
///
/// # Panics
/// If it is none.
pub fn role(key: &str) -> RoleKey {
    RoleKey::parse(key).expect("the fixture's role is valid")
}

/// A record's name that must be one.
///
/// # Panics
/// If it is none.
pub fn record(kind: &str, id: &str) -> ResourceName {
    ResourceName::parse(kind, id).expect("the fixture's record has a name")
}

/// The policy of a preset.
///
/// # Panics
/// If there is no such preset.
pub fn policy(preset: &str) -> OrganizationPolicy {
    Preset::named(preset).and_then(Preset::policy).expect("the fixture's preset exists")
}

/// The user id of person `number`.
pub fn user_id(number: u32) -> UserId {
    UserId(Uuid::from_u128(0xa000_0000 + u128::from(number)))
}

/// Person `number`, whom a host application vouches for, with one verified address.
pub fn person(number: u32) -> Person {
    let name = name(&format!("Person {number}"));
    Person { user: user_id(number), name, verified: vec![address(number)], language: None }
}

/// The identity of that number, of one issuer.
///
/// # Panics
/// If it is none.
pub fn identity(number: u32) -> Identity {
    let subject = Subject::parse("https://id.example.org", &format!("subject-{number}"));
    Identity { subject: subject.expect("the fixture's subject is valid"), email: None, linked_at: START }
}

/// The account of person `number` as it is before it has an address.
pub fn user(number: u32) -> User {
    User {
        id: user_id(number),
        name: name(&format!("Person {number}")),
        names: Names::default(),
        username: None,
        emails: Vec::new(),
        password: None,
        password_due: false,
        initial_password: None,
        password_generation: 0,
        identities: Vec::new(),
        language: Language::English,
        operator: false,
        home: None,
        created_at: START,
        audit: ChainEnd::default(),
        version: 1,
    }
}
