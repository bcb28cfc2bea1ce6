// Parameters of a terminal: set, query and answer (0x8103, 0x8104, 0x8106, 0x0104).
#pragma once

#include "telematics/jtt808/fields.hpp"

namespace liuhen::telematics::jtt808 {

/// One parameter as sent. Widths of the standard's table are not to be trusted: the length byte is.
/// A parameter with several values comes several times.
struct Parameter {
    std::uint32_t id{};
    Bytes value{};  ///< at most 255 bytes
    friend bool operator==(const Parameter&, const Parameter&) = default;

    static void describe(auto& fields, auto& m) {
        fields.bits("id", m.id);
        fields.template bytes_after<std::uint8_t>("value", m.value);
    }
};

/// 0x8103: take over these parameters. 2011 sends the number of all parameters of the setting
/// first, then the number of those in this message.
struct SetParameters {
    static constexpr std::uint16_t id = 0x8103;
    Layout layout = Layout::v2013;
    std::uint8_t total{};  ///< 2011 only
    std::vector<Parameter> parameters{};
    Bytes tail{};
    friend bool operator==(const SetParameters&, const SetParameters&) = default;

    static void describe(auto& fields, auto& m) {
        if (m.layout == Layout::v2011) fields.number("total", m.total);
        const auto n = fields.template count<std::uint8_t>("count", m.parameters.size());
        fields.items("parameters", m.parameters, n);
    }
};

/// 0x8106 (2013 on): ask for some parameters. 0x8104, which asks for all, is empty.
struct QueryParameters {
    static constexpr std::uint16_t id = 0x8106;
    std::vector<std::uint32_t> ids{};
    friend bool operator==(const QueryParameters&, const QueryParameters&) = default;

    static void describe(auto& fields, auto& m) {
        const auto n = fields.template count<std::uint8_t>("count", m.ids.size());
        fields.items("ids", m.ids, n);
    }
};

/// 0x0104: the parameters that 0x8104 or 0x8106 asked for.
struct ParametersReply {
    static constexpr std::uint16_t id = 0x0104;
    Layout layout = Layout::v2013;
    std::uint16_t serial{};  ///< of the query
    std::uint8_t total{};    ///< 2011 only: of all messages of this answer
    std::vector<Parameter> parameters{};
    Bytes tail{};
    friend bool operator==(const ParametersReply&, const ParametersReply&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("reply_serial", m.serial);
        if (m.layout == Layout::v2011) fields.number("total", m.total);
        const auto n = fields.template count<std::uint8_t>("count", m.parameters.size());
        fields.items("parameters", m.parameters, n);
    }
};

/// How the value of a parameter is to be read; bytes when the standard does not say.
enum class ParameterForm : std::uint8_t { number, bits, text, bytes };
struct ParameterKind {
    std::uint32_t id;
    std::string_view name;  ///< with its unit, as `liuhen decode` prints it
    ParameterForm form = ParameterForm::number;
};
/// What the standard's table says of an id; nullptr for vendors' and reserved ids.
const ParameterKind* find_parameter(std::uint32_t id);
/// One field of a parameter that holds several (JT/T 1078-2016: pictures, alarms and waking).
struct ParameterField {
    std::uint32_t id;
    std::uint8_t at;
    std::uint8_t width;  ///< 1, 2 or 4
    std::string_view name;
    ParameterForm form = ParameterForm::number;
};
/// The fields of a parameter; empty unless its length is that of the standard's table.
std::span<const ParameterField> parameter_fields(const Parameter& parameter);
/// The value as an unsigned number; nullopt when it is empty or wider than four bytes.
std::optional<std::uint32_t> number_in(const Parameter& parameter);

}  // namespace liuhen::telematics::jtt808
