//! membership-smtp
