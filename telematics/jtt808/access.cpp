#include "telematics/jtt808/access.hpp"

#include "telematics/text.hpp"

#include <algorithm>

namespace liuhen::telematics::jtt808 {
namespace {

// Widths of 0x0100 in bytes by edition, and on which side of the model its padding stands.
struct RegisterWidths {
    std::size_t maker, model, terminal;
    std::byte model_padding;
    bool padded_in_front;
};
constexpr std::array<RegisterWidths, 3> register_widths{{
    {5, 8, 7, std::byte{' '}, false},
    {5, 20, 7, std::byte{0}, false},
    {11, 30, 30, std::byte{0}, true},
}};
const RegisterWidths& widths_of(RegisterLayout layout) {
    return register_widths[static_cast<std::size_t>(layout)];
}
std::size_t colour_at(RegisterLayout layout) {
    const RegisterWidths& widths = widths_of(layout);
    return 4 + widths.maker + widths.model + widths.terminal;
}

std::string trimmed(std::string text) {
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
}
std::string read_text(Reader& r, std::size_t width) {
    return trimmed(utf8_from_gbk(r.take(width)));
}

// A colour of 0-9 and, unless nothing follows, a letter, digit or Chinese character.
bool plate_may_start(ByteView body, std::size_t at) {
    if (body.size() <= at || std::to_integer<int>(body[at]) > 9) return false;
    if (body.size() == at + 1) return true;
    const auto first = std::to_integer<unsigned char>(body[at + 1]);
    return first >= 0x81 || (first >= '0' && first <= '9') || (first >= 'A' && first <= 'Z');
}

RegisterLayout layout_of(ByteView body, Edition edition) {
    using enum RegisterLayout;
    if (edition == Edition::v2019 && body.size() > colour_at(v2019)) return v2019;
    if (body.size() <= colour_at(v2013)) return v2011;
    const bool fits_2013 = plate_may_start(body, colour_at(v2013));
    return !fits_2013 && plate_may_start(body, colour_at(v2011)) ? v2011 : v2013;
}

void put_model(Writer& w, const Bytes& model, const RegisterWidths& widths) {
    if (widths.padded_in_front && model.size() < widths.model) {
        w.padded({}, widths.model - model.size());
        w.put(model);
    } else {
        w.padded(model, widths.model, widths.model_padding);
    }
}

constexpr std::size_t imei_width = 15;
constexpr std::size_t software_width = 20;

}  // namespace

Heartbeat read_heartbeat(Reader& r, Edition) {
    const ByteView extra = r.rest();
    return {.extra = {extra.begin(), extra.end()}};
}
void write_heartbeat(const Heartbeat& m, Writer& w, Edition) { w.put(m.extra); }

Unregister read_unregister(Reader&, Edition) { return {}; }
void write_unregister(const Unregister&, Writer&, Edition) {}

Register read_register(Reader& r, Edition edition) {
    Register m;
    const ByteView body = r.rest();
    m.layout = layout_of(body, edition);
    const RegisterWidths& widths = widths_of(m.layout);
    r = Reader{body};
    m.province = r.u16();
    m.city = r.u16();
    m.maker = read_text(r, widths.maker);
    m.model = read_text(r, widths.model);
    m.terminal = read_text(r, widths.terminal);
    m.plate_colour = r.u8();
    m.plate = read_text(r, r.remaining());
    return m;
}

void write_register(const Register& m, Writer& w, Edition) {
    const RegisterWidths& widths = widths_of(m.layout);
    w.u16(m.province).u16(m.city);
    w.padded(gbk_from_utf8(m.maker), widths.maker);
    put_model(w, gbk_from_utf8(m.model), widths);
    w.padded(gbk_from_utf8(m.terminal), widths.terminal);
    w.u8(m.plate_colour).put(gbk_from_utf8(m.plate));
}

RegisterReply read_register_reply(Reader& r, Edition) {
    RegisterReply m;
    m.serial = r.u16();
    m.result = static_cast<Registration>(r.u8());
    m.code = utf8_from_gbk(r.rest());
    return m;
}

void write_register_reply(const RegisterReply& m, Writer& w, Edition) {
    w.u16(m.serial).u8(static_cast<std::uint8_t>(m.result));
    if (m.result == Registration::done) w.put(gbk_from_utf8(m.code));
}

ByteView auth_code_in(ByteView body, Edition edition) {
    const bool has_length = edition == Edition::v2019 && !body.empty() &&
                            std::to_integer<std::size_t>(body[0]) < body.size();
    return has_length ? body.subspan(1, std::to_integer<std::size_t>(body[0])) : body;
}

Authenticate read_authenticate(Reader& r, Edition edition) {
    Authenticate m;
    const ByteView body = r.rest();
    const ByteView code = auth_code_in(body, edition);
    m.code = utf8_from_gbk(code);
    if (code.size() == body.size()) return m;
    r = Reader{body.subspan(1 + code.size())};
    m.imei = utf8_from_gbk(r.take(std::min(imei_width, r.remaining())));
    m.software = utf8_from_gbk(r.rest());
    return m;
}

void write_authenticate(const Authenticate& m, Writer& w, Edition edition) {
    const Bytes code = gbk_from_utf8(m.code);
    if (edition == Edition::v2013) {
        w.put(code);
        return;
    }
    w.u8(static_cast<std::uint8_t>(code.size())).put(code);
    w.padded(gbk_from_utf8(m.imei), imei_width);
    w.padded(gbk_from_utf8(m.software), software_width);
}

}  // namespace liuhen::telematics::jtt808
