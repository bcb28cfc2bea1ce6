// What lists, calendars and registers say of an event before it is decided, and what they keep of
// it afterwards.
#pragma once

#include "manifest/lifecycle.hpp"

#include <pqxx/transaction_base>

namespace liuhen::server {

/// An event at the desk.
struct RegisterQuestion {
    pqxx::transaction_base& db;
    const manifest::Manifest& manifest;
    const manifest::Request& request;
    manifest::Facts& facts;
};
/// Fills in the checks, floors, due times and remarks that the event is judged by: waste lists and
/// credit codes for a filing that is submitted, papers for an acceptance, the rated load, the
/// scale, the calendar. To be called once the directory has been asked.
void ask_registers(const RegisterQuestion& question);

/// Keeps what the decision leads to: running clocks and used seals. `next` is the manifest as it
/// is to be stored; the caller must still see it.
void follow_registers(pqxx::transaction_base& db, const manifest::Manifest& next,
                      const manifest::Request& request, Instant now);

}  // namespace liuhen::server
