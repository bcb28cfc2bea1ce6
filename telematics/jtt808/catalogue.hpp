// Every message by its number: one table of id, name, reader and writer.
#pragma once

#include "telematics/jtt808/messages.hpp"

#include <span>
#include <string_view>

namespace liuhen::telematics::jtt808 {

/// One kind of message. Readers run down the body and leave a bad Reader when it was too short;
/// writers are only handed the message of their own row.
struct CatalogueRow {
    std::uint16_t id;
    std::string_view name;
    Message (*read)(Reader&, Edition);
    void (*write)(const Message&, Writer&, Edition);
};

/// All rows by ascending id.
std::span<const CatalogueRow> catalogue();
/// The row of a message id; nullptr when the message is unknown.
const CatalogueRow* find_row(std::uint16_t id);

/// Reads a body. A message without a row is `Unknown`, which is no fault. Faults: truncated,
/// trailing_bytes.
Result<Message, Fault> decode(std::uint16_t id, Edition edition, ByteView body);

/// The body of a message. encode(decode(x)) is x for every body in the padding of its edition.
Bytes encode(const Message& message, Edition edition);

/// A whole message on the wire: `head` lends phone, edition and serial, the message its id.
Bytes seal_message(Header head, const Message& message);

}  // namespace liuhen::telematics::jtt808
