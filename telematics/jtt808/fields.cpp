#include "telematics/jtt808/fields.hpp"

#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <algorithm>

namespace liuhen::telematics::jtt808 {
namespace {

// The length of the GB 18030 character at the front: one, two or four bytes.
std::size_t character_at(ByteView text) {
    const auto lead = std::to_integer<unsigned>(text[0]);
    if (lead < 0x81) return 1;
    const bool four = text.size() > 1 && text[1] >= std::byte{0x30} && text[1] <= std::byte{0x39};
    return four ? 4 : 2;
}

Bytes cut(Bytes text, std::size_t most) {
    if (text.size() <= most) return text;
    std::size_t kept = 0;
    while (kept < most) {
        const std::size_t next = kept + character_at(ByteView{text}.subspan(kept));
        if (next > most) break;
        kept = next;
    }
    text.resize(kept);
    return text;
}

Text text_unless(ByteView canonical, ByteView sent) {
    Text text{utf8_from_gbk(sent)};
    if (!std::ranges::equal(gbk_from_utf8(text.utf8), canonical)) {
        text.as_sent.assign(sent.begin(), sent.end());
    }
    return text;
}

}  // namespace

Text text_of(ByteView sent) { return text_unless(sent, sent); }

Text fixed_text_of(ByteView sent) {
    ByteView plain = sent;
    while (!plain.empty() && plain.back() == std::byte{0}) plain = plain.first(plain.size() - 1);
    return text_unless(plain, sent);
}

Bytes bytes_of(const Text& text, std::size_t most) {
    return cut(text.as_sent.empty() ? gbk_from_utf8(text.utf8) : text.as_sent, most);
}

void FieldReader::basic_position(std::string_view name, Position& value) {
    position_in(name, value, basic_position_bytes);
}
void FieldReader::position(std::string_view name, Position& value) {
    position_in(name, value, r_.remaining());
}
void FieldReader::position_in(std::string_view, Position& value, std::size_t size) {
    Reader own{r_.take(size)};
    value = read_position(own, Edition::v2013);
    if (!own.ok()) r_.fail();
}

void FieldWriter::basic_position(std::string_view, const Position& value) {
    Writer own;
    write_position(value, own, Edition::v2013);
    w_.put(own.view().first(basic_position_bytes));
}
void FieldWriter::position(std::string_view, const Position& value) {
    write_position(value, w_, Edition::v2013);
}

}  // namespace liuhen::telematics::jtt808
