"""The address of a cluster, as it stands in the configuration. Messages about it never repeat a password."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

DEFAULT_NAME = "zhaoshang"
_PORT = 9200
_FORM = "应为 http(s)://[用户:密码@]主机:9200[,主机2:9200]/索引名[?api_key=…][&ca=/证书.pem]"
# No dot: it separates this name from what stands behind it, so that no installation's names begin another's.
_NAME = re.compile("[a-z][a-z0-9_-]{0,99}")
_HOST = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class ElasticAddress:
    nodes: tuple[str, ...]
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    ca_file: str = ""


def read_address(url: str) -> ElasticAddress:
    """`http(s)://[user:password@]host[:port][,host2[:port]…]/name[?api_key=…][&ca=/path/to/ca.pem]`.

    Several hosts are nodes of one cluster. `name` begins the names of all indexes of this installation, by
    default `zhaoshang`. Signs that an address cannot hold in user, password, key or path are percent-encoded.
    Certificates are always verified: by the system's authorities, or by those in the file `ca`.
    Raises ValueError, saying which part is wrong.
    """
    parts = _split(url)
    credentials, _, hosts = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    options = _options(parts)
    address = ElasticAddress(
        nodes=tuple(dict.fromkeys(_node(parts.scheme, host) for host in hosts.split(","))),
        name=_name(parts.path),
        user=unquote(user),
        password=unquote(password),
        api_key=options.get("api_key", ""),
        ca_file=options.get("ca", ""),
    )
    _check_together(address, parts.scheme)
    return address


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise ValueError(f"SEARCH_URL 无效：括号不成对，{_FORM}") from error


def _options(parts: SplitResult) -> dict[str, str]:
    # A "+" is a sign of API keys, not a space.
    options = dict(parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True))
    unknown = sorted(options.keys() - {"api_key", "ca"})
    if unknown or parts.fragment:
        raise ValueError(f"SEARCH_URL 无效：不认识的选项 {'、'.join(unknown) or '#'}，{_FORM}")
    return options


def _node(scheme: str, host: str) -> str:
    found = _HOST.fullmatch(host)
    if found is None or int(found["port"] or _PORT) not in range(1, 65_536):
        raise ValueError(f"SEARCH_URL 无效：主机或端口写法不对，{_FORM}")
    return f"{scheme}://{found['host']}:{int(found['port'] or _PORT)}"


def _name(path: str) -> str:
    name = unquote(path).strip("/") or DEFAULT_NAME
    if not _NAME.fullmatch(name):
        raise ValueError(f"SEARCH_URL 无效：索引名 {name!r} 只能用小写字母、数字、- 和 _，以字母开头")
    return name


def _check_together(address: ElasticAddress, scheme: str) -> None:
    if address.api_key and address.user:
        raise ValueError("SEARCH_URL 无效：用户密码与 api_key 只能写一种")
    if bool(address.user) != bool(address.password):
        raise ValueError("SEARCH_URL 无效：用户和密码要一起写")
    if address.ca_file and scheme != "https":
        raise ValueError("SEARCH_URL 无效：写了 ca 就要用 https")
