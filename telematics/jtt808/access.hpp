// Register, authenticate, heartbeat and replies: the messages by which two sides agree to talk.
// One reader and one writer each, bound together in catalogue.cpp.
#pragma once

#include "telematics/jtt808/messages.hpp"

namespace liuhen::telematics::jtt808 {

template <std::uint16_t Id>
GeneralReply<Id> read_reply(Reader& r, Edition) {
    return {.serial = r.u16(), .message = r.u16(), .outcome = static_cast<Outcome>(r.u8())};
}
template <std::uint16_t Id>
void write_reply(const GeneralReply<Id>& m, Writer& w, Edition) {
    w.u16(m.serial).u16(m.message).u8(static_cast<std::uint8_t>(m.outcome));
}

/// The count is one byte in 2013 and two in 2019.
template <std::uint16_t Id>
MissingParts<Id> read_missing(Reader& r, Edition edition) {
    MissingParts<Id> m{.first_serial = r.u16(), .indexes = {}};
    const std::size_t count = edition == Edition::v2019 ? r.u16() : r.u8();
    for (std::size_t i = 0; i < count && r.ok(); ++i) m.indexes.push_back(r.u16());
    return m;
}
template <std::uint16_t Id>
void write_missing(const MissingParts<Id>& m, Writer& w, Edition edition) {
    w.u16(m.first_serial);
    if (edition == Edition::v2019) {
        w.u16(static_cast<std::uint16_t>(m.indexes.size()));
    } else {
        w.u8(static_cast<std::uint8_t>(m.indexes.size()));
    }
    for (const std::uint16_t index : m.indexes) w.u16(index);
}

Heartbeat read_heartbeat(Reader& r, Edition edition);
void write_heartbeat(const Heartbeat& m, Writer& w, Edition edition);

Unregister read_unregister(Reader& r, Edition edition);
void write_unregister(const Unregister& m, Writer& w, Edition edition);

/// The layout follows from the edition and the length: below 37 bytes it is that of 2011, under a
/// 2019 header below 76 bytes that of 2013, and between 2011 and 2013 the plate colour decides.
Register read_register(Reader& r, Edition edition);
/// Written in the layout the message names, whatever the header.
void write_register(const Register& m, Writer& w, Edition edition);

RegisterReply read_register_reply(Reader& r, Edition edition);
void write_register_reply(const RegisterReply& m, Writer& w, Edition edition);

/// The bytes of the code in a body of 0x0102, as `read_authenticate` takes it.
ByteView auth_code_in(ByteView body, Edition edition);
/// Under a 2019 header a body whose first byte is no length is read in the old form.
Authenticate read_authenticate(Reader& r, Edition edition);
void write_authenticate(const Authenticate& m, Writer& w, Edition edition);

}  // namespace liuhen::telematics::jtt808
