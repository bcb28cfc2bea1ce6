// Parameters of the terminal: 0x8103, 0x8104 and 0x8106. Those of the standard's table have a name
// and a form; any other is written in hex.
#include "server/json/command_readers.hpp"
#include "telematics/jtt808/parameter_names.hpp"
#include "telematics/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace liuhen::server::commands {
namespace {

using jtt808::Message;
using jtt808::Parameter;
using jtt808::ParameterForm;
using jtt808::ParameterKind;
using nlohmann::json;

constexpr std::size_t most_parameters = 100;
constexpr std::size_t most_value_bytes = 255;
constexpr std::uint32_t most_of_width[] = {0, 0xFF, 0xFFFF, 0, 0xFFFFFFFF};

Bytes number_bytes(std::uint32_t value, std::size_t width) {
    telematics::Writer w;
    if (width == 4) w.u32(value);
    if (width == 2) w.u16(static_cast<std::uint16_t>(value));
    if (width == 1) w.u8(static_cast<std::uint8_t>(value));
    return w.finish();
}

// Devices differ from the table in the widths of numbers: `bytes` says which one wants.
Bytes number_value(Fields& form, const ParameterKind& kind) {
    const auto standard = static_cast<std::int64_t>(jtt808::number_width(kind.id));
    const auto width = static_cast<std::size_t>(form.integer("bytes", 1, 4).value_or(standard));
    if (width == 3) form.add("OUT_OF_RANGE", "bytes", "3");
    const auto most = most_of_width[width];
    const auto value = form.integer("value", 0, most == 0 ? 0 : most, Need::required);
    return number_bytes(static_cast<std::uint32_t>(value.value_or(0)), width);
}

Bytes value_of(Fields& form, const ParameterKind& kind) {
    switch (kind.form) {
        case ParameterForm::number:
        case ParameterForm::bits:
            return number_value(form, kind);
        case ParameterForm::text: {
            if (form.any("value", Need::required) == nullptr) return {};
            return telematics::gbk_from_utf8(gbk_text(form, "value", 0, most_value_bytes).utf8);
        }
        case ParameterForm::bytes:
            break;
    }
    return hex_bytes(form, "hex", most_value_bytes, Need::required);
}

Parameter read_parameter(Fields& form) {
    const std::string name = form.text("parameter", {1, 40}, Need::required);
    const auto id = parameter_id(name);
    if (!id && !name.empty()) form.add("UNKNOWN_VALUE", "parameter", name);
    const ParameterKind* const kind = id ? jtt808::find_parameter(*id) : nullptr;
    const bool raw = kind == nullptr || form.has("hex");
    return {id.value_or(0),
            raw ? hex_bytes(form, "hex", most_value_bytes, Need::required) : value_of(form, *kind)};
}

}  // namespace

std::optional<std::uint32_t> parameter_id(std::string_view name) {
    if (const auto* const kind = jtt808::find_parameter_named(name)) return kind->id;
    if (!name.starts_with("0x") || name.size() < 3 || name.size() > 10) return std::nullopt;
    std::uint32_t id = 0;
    const char* const end = name.data() + name.size();
    const auto [last, error] = std::from_chars(name.data() + 2, end, id, 16);
    if (error != std::errc{} || last != end) return std::nullopt;
    return id;
}

Command read_set_parameters(Fields& form) {
    jtt808::SetParameters m;
    m.parameters = each<Parameter>(form, "parameters", most_parameters, read_parameter);
    if (form.has("parameters") && m.parameters.empty()) form.add("TOO_SHORT", "parameters");
    return Message{std::move(m)};
}

Command read_query_parameters(Fields& form) {
    if (!form.has("parameters")) return Message{jtt808::QueryAllParameters{}};
    jtt808::QueryParameters m;
    const auto add_id = [&m](const std::string& name) {
        const auto id = parameter_id(name);
        m.ids.push_back(id.value_or(0));
        return id.has_value();
    };
    const auto names = form.codes("parameters", most_parameters, {1, 40}, add_id);
    if (names.empty()) form.add("TOO_SHORT", "parameters");
    return Message{std::move(m)};
}

}  // namespace liuhen::server::commands
