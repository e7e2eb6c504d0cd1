"""What a file may be at most, and how a refusal is said."""

MEMORY = 1024 * 1024 * 1024  # bytes of address space, libraries included
CPU_SECONDS = 60
LARGEST_OUTPUT = 400 * 1024 * 1024
MOST_ENTRIES = 1000
MOST_UNPACKED = 100 * 1024 * 1024
HIGHEST_RATIO = 100
RATIO_COUNTS_FROM = 1024 * 1024  # a small part may be all blanks
MOST_COLUMNS = 1000
MOST_ROWS = 100_000
LONGEST_CELL = 100_000
CHUNK = 1 << 16

TOO_LARGE = "解开后超过 100 MB。请拆成几个文件再传"
TOO_MANY_ROWS = "超过 10 万行。请拆成几个文件再传"
TOO_MANY_COLUMNS = "超过 1000 列。请删掉右边用不到的列再传"
DAMAGED = "文件打不开，可能已损坏。用 Excel 打开后另存为一份新的 xlsx 再传"
EMPTY = "文件里没有内容。请在第一行写表头，第二行起写企业"


class Refused(Exception):
    """Why the file is not read, as a Chinese sentence."""
