//! The few people of all walks, and their addresses.

use membership_core::email::EmailAddress;
use membership_core::person::Person;

use super::{PEOPLE, Pick};
use crate::fixture;

/// How many of the people have a second address, and the number from which these addresses count.
const WITH_SECOND_ADDRESS: u32 = 4;
const SECOND_ADDRESSES: u32 = 100;

/// One of the people's addresses.
pub(super) fn address_of(pick: Pick) -> EmailAddress {
    let number = u32::from(pick.0) % (PEOPLE + WITH_SECOND_ADDRESS);
    fixture::address(if number < PEOPLE { number } else { SECOND_ADDRESSES + number - PEOPLE })
}

/// The number of the person whose address it is.
pub(super) fn number_at(address: &EmailAddress) -> u32 {
    let digits = address.as_str().trim_start_matches('p').split('@').next();
    let number: u32 = digits.and_then(|digits| digits.parse().ok()).unwrap_or(0);
    number.checked_sub(SECOND_ADDRESSES).unwrap_or(number)
}

/// A person of the host application. Some have a second address, so that they can be invited where they belong already.
pub(super) fn host_person(number: u32) -> Person {
    let mut person = fixture::person(number);
    if number < WITH_SECOND_ADDRESS {
        person.verified.push(fixture::address(SECOND_ADDRESSES + number));
    }
    person
}
